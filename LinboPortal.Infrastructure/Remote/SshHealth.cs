using System.Globalization;
using LinboPortal.Infrastructure.Monitoring;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>Health <c>ssh</c>: is there a key that PCs know, and does the administrators' shell answer where there is one?</summary>
internal sealed class SshHealth(InstallationKey key, IOptions<SshOptions> options) : IHealthCheck
{
    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!File.Exists(key.PrivatePath))
        {
            var why = key.Problem.Length > 0 ? key.Problem : $"{key.PrivatePath} is missing: restart the portal, or put it back from the backup";
            return HealthCheckResult.Degraded($"PCs cannot be commanded. {why}").As("ssh.nokey", why);
        }

        var shell = options.Value.Shell;
        if (shell.Length == 0)
            return HealthCheckResult.Healthy("The installation's key is there").As("ssh.well");
        var parts = shell.Split(':');
        return await Greeting.ReadAsync(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture), "SSH-2.0-", cancellationToken) is { } program
            ? HealthCheckResult.Healthy($"The installation's key is there, and the administrators' shell answers at {shell} ({program})").As("ssh.shell", shell, program)
            : HealthCheckResult.Degraded($"The administrators' shell does not answer at {shell}: start its container. PCs are commanded all the same").As("ssh.away", shell);
    }
}
