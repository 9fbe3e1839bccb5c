using System.Diagnostics.Metrics;
using LinboPortal.Infrastructure.Remote;

namespace LinboPortal.Infrastructure.Monitoring;

/// <summary>How the last look at the PCs went.</summary>
internal sealed class ProbeFigures(HostProbe probe) : IPortalFigures
{
    public void Register(Meter meter)
    {
        meter.CreateObservableGauge("linbo_probe_hosts", () => probe.LastRound.Hosts, description: "PCs looked at in the last round.");
        meter.CreateObservableGauge("linbo_probe_round_duration_seconds", () => probe.LastRound.Elapsed.TotalSeconds, "s", "How long the last round took.");
        meter.CreateObservableGauge(
            "linbo_probe_last_round_timestamp_seconds", () => (double)(probe.LastRound.EndedAt?.ToUnixTimeMilliseconds() ?? 0) / 1000, "s",
            "When the last round ended, in Unix time; 0 before the first.");
        meter.CreateObservableGauge("linbo_probe_leader", () => probe.LastRound.HasLease ? 1 : 0, description: "1 where this portal is the one that looks.");
    }
}
