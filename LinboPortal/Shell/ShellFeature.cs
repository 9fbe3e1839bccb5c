namespace LinboPortal.Shell;

/// <summary>The frame of all pages.</summary>
internal static class ShellFeature
{
    public static WebApplicationBuilder AddShell(this WebApplicationBuilder builder) => builder;

    public static WebApplication MapShell(this WebApplication app) => app;
}
