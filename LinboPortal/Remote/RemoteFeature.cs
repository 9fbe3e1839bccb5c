using LinboPortal.Infrastructure.Remote;

namespace LinboPortal.Remote;

/// <summary>What clients are doing: probes now, commands later.</summary>
internal static class RemoteFeature
{
    public static WebApplicationBuilder AddRemote(this WebApplicationBuilder builder)
    {
        builder.Services.AddHostProbe();
        return builder;
    }

    public static WebApplication MapRemote(this WebApplication app) => app;
}
