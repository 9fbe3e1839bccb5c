using LinboPortal.Infrastructure;
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
        services.AddOptions<BootHttpOptions>().BindConfiguration(BootHttpOptions.Section).ValidateDataAnnotations()
            .Validate(o => o.Networks.All(n => NamedNetwork.TryParse(n, out _)), "Boot:Http:Networks has an entry that is neither an address nor a network (10.0.0.0/8).")
            .ValidateOnStart();
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
        services.AddSingleton<GroupSystems>();
        services.AddSingleton<GroupRefusals>();
        services.AddSingleton<TreeDecisions>();
        return builder;
    }

    public static WebApplication MapGroups(this WebApplication app)
    {
        GroupsApi.Map(app);
        StartConfApi.Map(app);
        GroupSystemsApi.Map(app);
        TreeApi.Map(app);
        return app;
    }
}
