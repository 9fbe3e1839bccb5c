using System.Diagnostics.Metrics;
using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Remote;

namespace LinboPortal.Infrastructure.Monitoring;

/// <summary>How reaching LINBO over SSH went.</summary>
internal sealed class SshFigures(SshConnections connections, ILinboClient client) : IPortalFigures
{
    public void Register(Meter meter)
    {
        meter.CreateObservableGauge("linbo_ssh_connections", () => connections.Count, description: "SSH connections to PCs that are open.");
        meter.CreateObservableCounter("linbo_ssh_connects", () => (client as CountedLinboClient)?.Connects() ?? [], description: "Times LINBO on a PC was to be reached, by outcome.");
    }
}

/// <summary>Counts how often LINBO was reached, and why not.</summary>
internal sealed class CountedLinboClient(ILinboClient inner) : ILinboClient
{
    private static readonly LinboClientFailure[] Failures = Enum.GetValues<LinboClientFailure>();

    private readonly long[] failed = new long[Failures.Length];
    private long reached;

    public async Task<ILinboSession> ConnectAsync(LinboAddress client, CancellationToken ct)
    {
        try
        {
            var session = await inner.ConnectAsync(client, ct);
            Interlocked.Increment(ref reached);
            return session;
        }
        catch (LinboClientException e)
        {
            Interlocked.Increment(ref failed[(int)e.Failure]);
            throw;
        }
    }

    public IEnumerable<Measurement<long>> Connects() =>
        Failures.Select(f => Labels.Of(Interlocked.Read(ref failed[(int)f]), "outcome", Labels.Word(f))).Prepend(Labels.Of(Interlocked.Read(ref reached), "outcome", "reached"));
}
