using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LinboPortal.Infrastructure.Boot;

/// <summary>Health <c>tftp</c>: does the server listen?</summary>
public sealed class TftpHealth(TftpServer server) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        server switch
        {
            { IsDisabled: true } => HealthCheckResult.Healthy("Switched off (Boot:Tftp:Enabled): another server must hand out the boot files").As("tftp.off"),
            { IsServing: false } => HealthCheckResult.Unhealthy("The TFTP server has ended: no PC can boot. Restart the portal; the log says why it ended").As("tftp.ended"),
            _ => HealthCheckResult.Healthy($"UDP port {server.Port}, {server.Counters.Active} transfers running, {server.Counters.Served} files served")
                .As("tftp.well", server.Port, server.Counters.Active, server.Counters.Served),
        });
}
