using LinboPortal.Infrastructure;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LinboPortal.Tls;

/// <summary>Health <c>tls</c>: will browsers still trust us tomorrow?</summary>
internal sealed class TlsHealth(PortalCertificate certificate, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        certificate.Read();
        var until = new DateTimeOffset(certificate.Shown!.NotAfter).ToUniversalTime();
        var day = until.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        if (certificate.Problem.Length > 0)
            return HealthCheckResult.Degraded($"The certificate was changed, but the former one is still in use (until {day}). {certificate.Problem}")
                .As("tls.problem", day, certificate.Problem);
        if (until < time.GetUtcNow())
            return HealthCheckResult.Degraded($"The certificate has ended on {day}: browsers refuse it. Renew it").As("tls.ended", day);
        return until - time.GetUtcNow() < Soon
            ? HealthCheckResult.Degraded($"The certificate ends on {day}: renew it").As("tls.soon", day)
            : HealthCheckResult.Healthy($"The certificate is good until {day}").As("tls.well", day);
    }
}
