using LinboPortal.Infrastructure.Monitoring;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>Health <c>rsync</c>: without it no PC gets its start.conf.</summary>
public sealed class RsyncHealth(RsyncDaemon daemon) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        daemon is { IsEnabled: true, IsExternal: true } ? CheckExternalAsync(cancellationToken) : Task.FromResult(Check());

    private async Task<HealthCheckResult> CheckExternalAsync(CancellationToken ct)
    {
        var place = $"{daemon.Host}:{daemon.Port}";
        return await Greeting.ReadAsync(daemon.Host, daemon.Port, "@RSYNCD: ", ct) is { } protocol
            ? HealthCheckResult.Healthy($"rsync answers at {place} (protocol {protocol})").As("rsync.external", place, protocol)
            : HealthCheckResult.Unhealthy($"No rsync daemon answers at {place}: PCs get no start.conf and no images. Start its container or service").As("rsync.away", place);
    }

    private HealthCheckResult Check()
    {
        if (!daemon.IsEnabled)
            return HealthCheckResult.Healthy("Switched off (Distribution:Rsync:Enabled)").As("rsync.off");
        if (daemon.Problem.Length > 0)
            return HealthCheckResult.Unhealthy(daemon.Problem);
        return daemon.IsServing
            ? HealthCheckResult.Healthy($"rsync {daemon.Version} serves port {daemon.Port}").As("rsync.well", daemon.Version, daemon.Port)
            : HealthCheckResult.Unhealthy("rsync does not run; the portal starts it again by itself. Its last words are in the log").As("rsync.down");
    }
}
