namespace LinboPortal.Groups;

/// <summary>Groups and their start.conf.</summary>
internal static class GroupsFeature
{
    public static WebApplicationBuilder AddGroups(this WebApplicationBuilder builder) => builder;

    public static WebApplication MapGroups(this WebApplication app) => app;
}
