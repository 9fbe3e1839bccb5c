using LinboPortal.Infrastructure.Events;

namespace LinboPortal.Events;

/// <summary>The event stream over WebSocket.</summary>
internal static class EventsFeature
{
    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(30);

    public static WebApplicationBuilder AddEvents(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<EventsOptions>().BindConfiguration(EventsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<OpenStreams>();
        builder.Services.AddSingleton<EventStream>();
        builder.Services.AddSingleton<RedisEvents>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<RedisEvents>());
        builder.Services.AddHealthChecks().AddCheck<RedisHealth>("cache");
        return builder;
    }

    public static WebApplication MapEvents(this WebApplication app)
    {
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Ping, KeepAliveTimeout = Ping });
        app.MapGet("/api/v1/events", ServeAsync).RequireAuthorization().WithTags("Events").WithName("Events")
            .WithSummary("WebSocket: one JSON object a message, for what the person may see.");
        return app;
    }

    private static Task<IResult> ServeAsync(HttpContext http, EventStream stream, TimeProvider time, IHostApplicationLifetime lifetime) =>
        stream.ServeAsync(http, time, lifetime.ApplicationStopping);
}
