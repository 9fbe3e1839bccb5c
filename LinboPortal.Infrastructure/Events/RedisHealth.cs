using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LinboPortal.Infrastructure.Events;

/// <summary>Health <c>cache</c>: do the portals hear of each other?</summary>
public sealed class RedisHealth(RedisEvents redis) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(redis switch
    {
        { IsConfigured: false } => HealthCheckResult.Healthy("One portal, no Redis (ConnectionStrings:Redis)").As("cache.off"),
        { IsConnected: false } => HealthCheckResult.Degraded(
            "Redis does not answer: what happens on other portals is seen late. This portal works on and keeps trying").As("cache.away"),
        _ => HealthCheckResult.Healthy($"Redis answers; {redis.Sent} events were passed on, {redis.Received} came in").As("cache.well", redis.Sent, redis.Received),
    });
}
