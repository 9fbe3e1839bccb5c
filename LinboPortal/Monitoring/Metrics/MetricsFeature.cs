using System.Diagnostics.Metrics;
using System.Net;
using LinboPortal.Infrastructure.Monitoring;
using OpenTelemetry.Metrics;

namespace LinboPortal.Monitoring.Metrics;

/// <summary><c>/metrics</c> for Prometheus, through OpenTelemetry.</summary>
internal static class MetricsFeature
{
    /// <summary>What ASP.NET Core tells about Blazor's circuits, Npgsql about connections.</summary>
    private static readonly string[] Others = ["Microsoft.AspNetCore.Components.Server.Circuits", "Npgsql"];

    public static WebApplicationBuilder AddMetrics(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<MetricsOptions>().BindConfiguration(MetricsOptions.Section)
            .ValidateDataAnnotations()
            .Validate(o => o.Port is not null || string.IsNullOrEmpty(o.Address), "Monitoring:Metrics:Address is for Monitoring:Metrics:Port, which is not set.")
            .Validate(o => o.HasReadableNetworks, "Monitoring:Metrics:Networks has an entry that is neither a network (10.0.3.0/24) nor an address.")
            .ValidateOnStart();
        var settings = builder.Configuration.GetSection(MetricsOptions.Section);
        if (!settings.GetValue(nameof(MetricsOptions.Enabled), true))
            return builder;
        if (int.TryParse(settings[nameof(MetricsOptions.Port)], out var port))
        {
            // Here, and not by the port's own gate: what is not listened at cannot be reached by way of another network.
            var own = new IPEndPoint(MetricsAddress.Choose(settings[nameof(MetricsOptions.Address)], MetricsAddress.Own()), port);
            builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, $"{builder.Configuration["Urls"]};http://{own}");
        }

        services.AddPortalFigures();
        services.AddSingleton<IPortalFigures, PortalFigures>();
        services.AddSingleton<PortalMetrics>();
        services.AddHostedService(provider => provider.GetRequiredService<PortalMetrics>());
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddAspNetCoreInstrumentation().AddRuntimeInstrumentation().AddMeter([PortalMetrics.Meter, .. Others])
            .AddPrometheusExporter(exporter => exporter.ScrapeResponseCacheDurationMilliseconds = 0));
        services.ConfigureOpenTelemetryMeterProvider((provider, metrics) => metrics.AddView(i => IsOfAnother(i.Meter, provider.GetRequiredService<IMeterFactory>())
            ? MetricStreamConfiguration.Drop : null));
        return builder;
    }

    public static WebApplication MapMetrics(this WebApplication app)
    {
        if (app.Services.GetService<PortalMetrics>() is null)
            return app;
        app.UseMiddleware<MetricsGate>();
        app.MapPrometheusScrapingEndpoint(MetricsGate.Path).AllowAnonymous().WithDisplayName("Metrics"); // the gate asks who it is
        return app;
    }

    // Listening is by name, over all portals of the process: tests have several.
    private static bool IsOfAnother(Meter meter, IMeterFactory own) => meter.Scope is IMeterFactory factory && factory != own;
}
