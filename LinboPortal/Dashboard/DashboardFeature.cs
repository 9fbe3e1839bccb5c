using LinboPortal.Boot;
using LinboPortal.Hosts;
using LinboPortal.Images;
using LinboPortal.Jobs;
using LinboPortal.Schedules;

namespace LinboPortal.Dashboard;

/// <summary>The first page.</summary>
internal static class DashboardFeature
{
    public static WebApplicationBuilder AddDashboard(this WebApplicationBuilder builder)
    {
        builder.Services.AddHealthChecks();
        builder.Services.AddSingleton<HostSight>();
        builder.Services.AddSingleton<Hosts.RoomSight>();
        builder.Services.AddSingleton<SearchSight>();
        builder.Services.AddSingleton<DashboardSight>();
        builder.Services.AddSingleton<PortalGlance>();
        builder.Services.AddSingleton<AttentionQueries>();
        // In the order in which a person wants to hear of them.
        builder.Services.AddSingleton<IAttentionSource, JobsAttention>();
        builder.Services.AddSingleton<IAttentionSource, SchedulesAttention>();
        builder.Services.AddSingleton<IAttentionSource, KeysAttention>();
        builder.Services.AddSingleton<IAttentionSource, BootAttention>();
        builder.Services.AddSingleton<IAttentionSource, ImagesAttention>();
        builder.Services.AddSingleton<IAttentionSource, UploadsAttention>();
        return builder;
    }

    public static WebApplication MapDashboard(this WebApplication app)
    {
        AttentionApi.Map(app);
        return app;
    }
}
