using LinboPortal.Hosts.Import;

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
        services.AddSingleton<HostKeys>();
        services.AddSingleton<LinboKeys>();
        services.AddSingleton<NetbootOrders>();
        services.AddSingleton<NetbootChanges>();
        services.AddHostedService<NetbootFollower>();
        services.AddSingleton<SavedSearches>();
        services.AddSingleton<RoomList>();
        services.AddSingleton<RoomChanges>();
        services.AddSingleton<NewPcs>();
        services.AddSingleton<HostImport>();
        services.AddSingleton<HostExport>();
        services.AddSingleton<ImportSentences>();
        services.AddHostedService<ImportNews>();
        return builder;
    }

    public static WebApplication MapHosts(this WebApplication app)
    {
        app.MapHostsApi();
        app.MapHostKeysApi();
        app.MapNetbootApi();
        app.MapSavedSearchesApi();
        app.MapRoomsApi();
        app.MapNewPcsApi();
        app.MapImportApi();
        return app;
    }
}
