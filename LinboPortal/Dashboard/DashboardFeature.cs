using LinboPortal.Hosts;

namespace LinboPortal.Dashboard;

/// <summary>The first page.</summary>
internal static class DashboardFeature
{
    public static WebApplicationBuilder AddDashboard(this WebApplicationBuilder builder)
    {
        builder.Services.AddHealthChecks();
        builder.Services.AddSingleton<HostSight>();
        builder.Services.AddSingleton<RoomSight>();
        builder.Services.AddSingleton<SearchSight>();
        builder.Services.AddSingleton<DashboardSight>();
        builder.Services.AddSingleton<PortalGlance>();
        return builder;
    }
}
