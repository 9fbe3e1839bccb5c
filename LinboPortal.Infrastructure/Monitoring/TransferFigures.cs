using System.Diagnostics.Metrics;
using LinboPortal.Core.Boot;
using LinboPortal.Infrastructure.Boot;

namespace LinboPortal.Infrastructure.Monitoring;

/// <summary>Files that clients fetched, by protocol.</summary>
internal sealed class TransferFigures(BootJournal journal) : IPortalFigures
{
    private static readonly (string Protocol, BootStepKind[] Kinds)[] Protocols =
        [("tftp", [BootStepKind.Tftp]), ("http", [BootStepKind.Http]), ("rsync", [BootStepKind.StartConf, BootStepKind.Rsync])];

    public void Register(Meter meter)
    {
        meter.CreateObservableCounter("linbo_transfers", Transfers, description: "Files that PCs asked for, by protocol and how it ended.");
        meter.CreateObservableCounter("linbo_transferred_bytes", Bytes, "By", "Bytes of files that were delivered to PCs, by protocol.");
        meter.CreateObservableCounter(
            "linbo_boot_observations_dropped", () => journal.Dropped, description: "Steps of boots lost because nobody could write them down in time.");
    }

    private IEnumerable<Measurement<long>> Transfers() =>
        from protocol in Protocols
        from outcome in Enum.GetValues<BootStepOutcome>()
        select Labels.Of(protocol.Kinds.Sum(k => journal.Transfers.Count(k, outcome)), "protocol", protocol.Protocol, "outcome", Labels.Word(outcome));

    private IEnumerable<Measurement<long>> Bytes() =>
        Protocols.Select(p => Labels.Of(p.Kinds.Sum(journal.Transfers.Bytes), "protocol", p.Protocol));
}
