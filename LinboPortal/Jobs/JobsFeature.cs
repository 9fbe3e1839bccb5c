using Hangfire;
using LinboPortal.Core.Accounts;
using LinboPortal.Jobs.Running;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LinboPortal.Jobs;

/// <summary>Commands for PCs: asked for, carried out, followed.</summary>
internal static class JobsFeature
{
    public static WebApplicationBuilder AddJobs(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<JobsOptions>().BindConfiguration(JobsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => new JobQueue(
            provider.GetRequiredService<IOptions<JobsOptions>>().Value.Run ? provider.GetRequiredService<HangfireQueue>().Enqueue : null));
        services.AddSingleton<RunCancellations>();
        services.AddSingleton<JobEnding>();
        services.AddSingleton<JobDispatcher>();
        services.AddSingleton<JobChanges>();
        services.AddSingleton<JobList>();
        services.AddSingleton<JobSight>();
        services.AddSingleton<JobAnswers>();
        services.AddSingleton<JobStream>();
        services.AddSingleton<SystemNames>();
        services.AddSingleton<CommandTargets>();
        services.AddSingleton<PcWorks>();
        services.AddSingleton<JobPersons>();
        services.AddSingleton<JobWords>();
        services.AddScoped<JobOrders>();
        AddRunning(services);
        return builder;
    }

    public static WebApplication MapJobs(this WebApplication app)
    {
        JobsApi.Map(app);
        // A portal that only takes requests has no tables of Hangfire to show.
        if (app.Services.GetRequiredService<IOptions<JobsOptions>>().Value.Run)
            MapDashboard(app);
        return app;
    }

    private static void MapDashboard(WebApplication app) => app.MapHangfireDashboard(
            "/hangfire",
            new DashboardOptions
            {
                Authorization = [], // the policy of the endpoint says who may
                DashboardTitle = "LinboPortal",
                AppPath = "/jobs",
                DisplayStorageConnectionString = false,
                DarkModeEnabled = true,
            },
            app.Services.GetRequiredService<JobStorage>())
        .RequireAuthorization(Permission.SystemEdit);

    private static void AddRunning(IServiceCollection services)
    {
        services.AddSingleton(provider => HangfireQueue.CreateStorage(provider.GetRequiredService<NpgsqlDataSource>()));
        services.AddHangfire((provider, hangfire) => hangfire.UseStorage(provider.GetRequiredService<JobStorage>()));
        services.AddSingleton<HangfireQueue>();
        services.AddSingleton(provider => new PortalIdentity(provider.GetRequiredService<IOptions<Infrastructure.PortalOptions>>()));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<RunWriter>(provider, Kept(provider)));
        services.AddSingleton<UploadProof>();
        services.AddSingleton(RunToolsOfPortal.Create);
        services.AddSingleton<RunLimits>();
        services.AddSingleton<TransferWatch>();
        services.AddSingleton<RunLeases>();
        services.AddSingleton<RunKit>();
        services.AddSingleton<DirectWay>();
        services.AddSingleton<OnBootWatch>();
        services.AddSingleton<OnBootRuns>();
        services.AddHostedService<OnBootService>();
        services.AddSingleton<HostWorker>();
        services.AddSingleton<JobEvents>();
        services.AddSingleton<JobRunner>();
        services.AddHostedService<JobServer>();
    }

    private static KeptLog Kept(IServiceProvider provider) => new(provider.GetRequiredService<IOptions<JobsOptions>>().Value.LogKiB * 1024L);
}
