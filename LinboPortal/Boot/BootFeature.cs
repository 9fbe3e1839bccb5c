namespace LinboPortal.Boot;

/// <summary>What a PC needs to boot, and what was seen of it.</summary>
internal static class BootFeature
{
    public static WebApplicationBuilder AddBoot(this WebApplicationBuilder builder) => builder;

    public static WebApplication MapBoot(this WebApplication app) => app;
}
