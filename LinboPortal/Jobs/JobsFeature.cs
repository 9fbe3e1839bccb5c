namespace LinboPortal.Jobs;

/// <summary>Commands for PCs: asked for, carried out, followed.</summary>
internal static class JobsFeature
{
    public static WebApplicationBuilder AddJobs(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<JobQueue>();
        services.AddSingleton<RunCancellations>();
        services.AddSingleton<JobEnding>();
        services.AddSingleton<JobDispatcher>();
        services.AddSingleton<JobChanges>();
        services.AddSingleton<JobList>();
        services.AddSingleton<JobSight>();
        services.AddSingleton<SystemNames>();
        services.AddSingleton<CommandTargets>();
        services.AddSingleton<PcWorks>();
        services.AddSingleton<JobPersons>();
        services.AddSingleton<JobWords>();
        services.AddScoped<JobOrders>();
        return builder;
    }

    public static WebApplication MapJobs(this WebApplication app) => app;
}
