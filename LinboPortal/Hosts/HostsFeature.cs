namespace LinboPortal.Hosts;

/// <summary>Hosts and rooms.</summary>
internal static class HostsFeature
{
    public static WebApplicationBuilder AddHosts(this WebApplicationBuilder builder) => builder;

    public static WebApplication MapHosts(this WebApplication app) => app;
}
