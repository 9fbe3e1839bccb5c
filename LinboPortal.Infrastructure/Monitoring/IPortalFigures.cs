using System.Diagnostics.Metrics;

namespace LinboPortal.Infrastructure.Monitoring;

/// <summary>
/// A part of the portal that has numbers for <c>/metrics</c>. Names follow Prometheus' conventions; labels come from closed lists (states, outcomes),
/// never from what clients send and never from names of PCs.
/// </summary>
public interface IPortalFigures
{
    /// <summary>Makes the instruments; called once.</summary>
    void Register(Meter meter);

    /// <summary>Reads what has to be asked for before it can be told; called before a scrape, and not more often than every few seconds.</summary>
    Task RefreshAsync(CancellationToken ct) => Task.CompletedTask;
}
