namespace LinboPortal.Hosts;

/// <summary>Hosts and rooms.</summary>
internal static class HostsFeature
{
    public static WebApplicationBuilder AddHosts(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<HostList>();
        services.AddSingleton<HostChanges>();
        services.AddSingleton<HostBulk>();
        services.AddSingleton<RoomList>();
        services.AddSingleton<RoomChanges>();
        return builder;
    }

    public static WebApplication MapHosts(this WebApplication app) => app;
}
