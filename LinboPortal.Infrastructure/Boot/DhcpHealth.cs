using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LinboPortal.Infrastructure.Boot;

/// <summary>Health <c>dhcp</c>: is DHCP read along? PCs boot without it, too.</summary>
public sealed class DhcpHealth(DhcpListener listener) : IHealthCheck
{
    private const string Without = "Boots are told from their first file on";

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        listener.State switch
        {
            DhcpWatch.Off => HealthCheckResult.Healthy($"Not read along, as set ({DhcpOptions.Section}:{nameof(DhcpOptions.Listen)}). {Without}").As("dhcp.off"),
            DhcpWatch.NotPermitted => HealthCheckResult.Healthy($"Not read along: needs root or CAP_NET_RAW. {Without}").As("dhcp.forbidden"),
            DhcpWatch.NotPossible => HealthCheckResult.Healthy($"Not read along: {listener.Reason}. {Without}").As("dhcp.impossible", listener.Reason),
            DhcpWatch.Watching => HealthCheckResult.Healthy($"Read along on all network cards, {listener.Seen} messages of PCs that boot").As("dhcp.well", listener.Seen),
            DhcpWatch.Ended => HealthCheckResult.Degraded($"No longer read along: {listener.Reason}. {Without}. Restart the portal").As("dhcp.ended", listener.Reason),
            _ => throw new InvalidOperationException($"No such state: {listener.State}"),
        });
}
