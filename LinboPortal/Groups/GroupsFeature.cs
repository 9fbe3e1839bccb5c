using LinboPortal.Infrastructure.Boot;
using LinboPortal.Infrastructure.LinboTree;
using Microsoft.Extensions.Options;

namespace LinboPortal.Groups;

/// <summary>Groups, their start.conf, and the LINBO tree that is made from them.</summary>
internal static class GroupsFeature
{
    public static WebApplicationBuilder AddGroups(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<BootHttpOptions>().BindConfiguration(BootHttpOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<BootHttpOptions>>().Value
            .ToServer(provider.GetRequiredService<IConfiguration>()["Urls"]));
        services.AddSingleton<TreeSource>();
        services.AddSingleton<TreeProjection>();
        services.AddSingleton<TreeWatcher>();
        services.AddHostedService<TreeProjectionService>();
        services.AddHealthChecks().AddCheck<TreeHealth>("tree");
        services.AddSingleton<GroupReads>();
        services.AddSingleton<GroupSaves>();
        services.AddSingleton<GroupChanges>();
        services.AddSingleton<GroupRefusals>();
        services.AddSingleton<TreeDecisions>();
        return builder;
    }

    public static WebApplication MapGroups(this WebApplication app)
    {
        GroupsApi.Map(app);
        StartConfApi.Map(app);
        TreeApi.Map(app);
        return app;
    }
}
