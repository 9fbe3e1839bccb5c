using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LinboPortal.Infrastructure.Images;

/// <summary>Health <c>uploads</c>: are PCs let in that upload images?</summary>
internal sealed class UploadsHealth(RefusedLogins logins) : IHealthCheck
{
    private const int MostNames = 5;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var refused = await logins.ReadAsync(cancellationToken);
        if (refused.Count == 0)
            return HealthCheckResult.Healthy("No PC was refused").As("uploads.well");
        var names = string.Join(", ", refused.Take(MostNames).Select(r => r.Name)) + (refused.Count > MostNames ? $" (+{refused.Count - MostNames})" : "");
        return HealthCheckResult.Degraded(
            $"Uploads with a wrong password were refused: {names}. The initramfs (linbofs64) of these PCs was probably made with another LINBO password: " +
            "set Linbo:Password to that one, or make linbofs64 anew and start the PCs again, then upload again").As("uploads.refused", names);
    }
}
