namespace LinboPortal.Monitoring;

/// <summary>Logs, health, readiness, metrics.</summary>
internal static class MonitoringFeature
{
    public static WebApplicationBuilder AddMonitoring(this WebApplicationBuilder builder) => builder;

    public static WebApplication MapMonitoring(this WebApplication app) => app;
}
