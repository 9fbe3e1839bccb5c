namespace LinboPortal.Events;

/// <summary>The event stream over WebSocket.</summary>
internal static class EventsFeature
{
    public static WebApplicationBuilder AddEvents(this WebApplicationBuilder builder) => builder;

    public static WebApplication MapEvents(this WebApplication app) => app;
}
