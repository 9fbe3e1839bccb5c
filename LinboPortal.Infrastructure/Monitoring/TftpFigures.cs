using System.Diagnostics.Metrics;
using LinboPortal.Infrastructure.Boot;

namespace LinboPortal.Infrastructure.Monitoring;

/// <summary>What the TFTP server has done.</summary>
internal sealed class TftpFigures(TftpServer server) : IPortalFigures
{
    public void Register(Meter meter)
    {
        meter.CreateObservableGauge("linbo_tftp_active_transfers", () => server.Counters.Active, description: "Transfers that run now.");
        meter.CreateObservableCounter("linbo_tftp_transfers", Transfers, description: "Requests by how they ended.");
        meter.CreateObservableCounter("linbo_tftp_sent_bytes", () => server.Counters.Bytes, "By", "Bytes of files that clients acknowledged.");
        meter.CreateObservableCounter("linbo_tftp_retransmits", () => server.Counters.Retransmits, description: "Packets that were sent again.");
        meter.CreateObservableCounter("linbo_tftp_ignored_packets", () => server.Counters.Ignored, description: "Packets that were not answered: malformed, stray, or too many.");
    }

    private IEnumerable<Measurement<long>> Transfers()
    {
        var counters = server.Counters;
        yield return Labels.Of(counters.Served, "outcome", "served");
        yield return Labels.Of(counters.NotFound, "outcome", "not_found");
        yield return Labels.Of(counters.Refused, "outcome", "refused");
        yield return Labels.Of(counters.Aborted, "outcome", "aborted");
        yield return Labels.Of(counters.Failed, "outcome", "failed");
    }
}
