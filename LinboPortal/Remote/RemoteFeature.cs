using LinboPortal.Infrastructure.Remote;

namespace LinboPortal.Remote;

/// <summary>What clients are doing: probes, and root shells for administrators.</summary>
internal static class RemoteFeature
{
    public static WebApplicationBuilder AddRemote(this WebApplicationBuilder builder)
    {
        builder.Services.AddHostProbe();
        builder.Services.AddLinboClients();
        builder.Services.AddOptions<TerminalOptions>().BindConfiguration(TerminalOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<Terminals>();
        return builder;
    }

    public static WebApplication MapRemote(this WebApplication app)
    {
        app.MapShellApi();
        return app;
    }
}
