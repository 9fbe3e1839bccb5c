using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>Health <c>hooks</c>: is what rsync's hook asks answered, and what it leaves taken in?</summary>
internal sealed class HooksHealth(RsyncDaemon daemon, RsyncHooks hooks, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        if (!daemon.IsEnabled)
            return HealthCheckResult.Healthy("Switched off with rsync (Distribution:Rsync:Enabled)").As("hooks.off");
        if (hooks.Problem is { Length: > 0 } problem)
            return HealthCheckResult.Unhealthy($"What rsync's hook leaves cannot be read: {problem}. Uploads wait until it can").As("hooks.problem", problem);
        if (hooks.LookedAt is not { } looked || time.GetUtcNow() - looked > Late)
            return HealthCheckResult.Unhealthy("Nobody takes in what rsync's hook leaves: restart the portal. Nothing of it is lost").As("hooks.stand");
        if (hooks.WaitingSince is { } since && time.GetUtcNow() - since > Late)
            return HealthCheckResult.Degraded("Transfers that ended wait for more than a minute to be taken in").As("hooks.late");
        return HealthCheckResult.Healthy("rsync's hook is answered, and what ended is taken in").As("hooks.well");
    }
}
