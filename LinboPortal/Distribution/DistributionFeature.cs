using LinboPortal.Infrastructure;
using LinboPortal.Infrastructure.Boot;
using LinboPortal.Infrastructure.Distribution;
using LinboPortal.Infrastructure.LinboTree;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace LinboPortal.Distribution;

/// <summary>Files for clients: the LINBO tree, HTTP, rsync.</summary>
internal static class DistributionFeature
{
    public static WebApplicationBuilder AddDistribution(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<PortalOptions>().BindConfiguration(PortalOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<LinboOptions>().BindConfiguration(LinboOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider =>
        {
            var tree = LinboTree.From(provider.GetRequiredService<IOptions<LinboOptions>>(), provider.GetRequiredService<IOptions<PortalOptions>>());
            tree.ServesTorrents = provider.GetRequiredService<IOptions<TorrentOptions>>().Value.TrackerRuns;
            return tree;
        });
        services.AddSingleton<GrubNetDirectory>();
        services.AddSingleton<TreeService>();
        services.AddHostedService(provider => provider.GetRequiredService<TreeService>());
        services.AddHealthChecks().AddCheck<LinboFilesHealth>("linbo-files");
        services.AddRsync();
        return builder;
    }

    public static WebApplication MapDistribution(this WebApplication app)
    {
        RsyncHookEndpoint.Map(app);
        LinboFileEndpoint.MapLinboFiles(
            app, app.Services.GetRequiredService<LinboTree>(), new BootHttpAccess(app.Services.GetRequiredService<IOptions<BootHttpOptions>>().Value),
            app.Services.GetRequiredService<BootJournal>().Report,
            app.Services.GetRequiredService<TimeProvider>());
        return app;
    }
}
