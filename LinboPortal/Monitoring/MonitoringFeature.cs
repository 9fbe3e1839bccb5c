using LinboPortal.Monitoring.Logs;
using LinboPortal.Monitoring.Metrics;

namespace LinboPortal.Monitoring;

/// <summary>Logs, health, readiness, metrics.</summary>
internal static class MonitoringFeature
{
    public static WebApplicationBuilder AddMonitoring(this WebApplicationBuilder builder)
    {
        builder.AddPortalLogs();
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealth>("database").AddCheck<DiskHealth>("disk");
        builder.Services.AddSingleton<DatabaseHealth>();
        builder.Services.AddSingleton<DiskHealth>();
        builder.Services.AddSingleton<ServiceHealthWatch>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<ServiceHealthWatch>());
        builder.Services.AddSingleton<ReadyCache>();
        builder.Services.AddSingleton<LogTail>();
        builder.Services.AddSingleton<LogSearch>();
        builder.Services.AddSingleton<SettingsInEffect>();
        builder.Services.AddSingleton<AboutPortal>();
        return builder.AddMetrics();
    }

    public static WebApplication MapMonitoring(this WebApplication app)
    {
        Probes.Map(app);
        return app.MapMetrics();
    }
}
