using LinboPortal.Infrastructure.Boot;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.Remote;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>Wires the rsync daemon.</summary>
public static class RsyncServices
{
    /// <summary>Adds daemon, hooks and health check.</summary>
    public static IServiceCollection AddRsync(this IServiceCollection services)
    {
        services.AddOptions<RsyncOptions>().BindConfiguration(RsyncOptions.Section)
            .PostConfigure<IOptions<BootHttpOptions>>((rsync, http) => rsync.Networks = rsync.Networks is [] ? http.Value.Networks : rsync.Networks)
            .ValidateDataAnnotations()
            .Validate(o => o.Networks.All(n => NamedNetwork.TryParse(n, out _)), "Distribution:Rsync:Networks has an entry that is neither an address nor a network (10.0.0.0/8).")
            .Validate(o => o.HasUsablePortalUrl, "Distribution:Rsync:PortalUrl is no address, for instance http://portal:8080.").ValidateOnStart();
        services.AddSingleton<LinboPassword>();
        services.AddSingleton(Setup);
        services.AddSingleton<RsyncLog>();
        services.AddSingleton(provider => new RsyncProgress(provider.GetRequiredService<RsyncSetup>()));
        services.AddSingleton(provider => new RsyncDaemon(
            provider.GetRequiredService<IOptions<RsyncOptions>>(), provider.GetRequiredService<RsyncSetup>(), provider.GetRequiredService<RsyncLog>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RsyncDaemon>>()));
        services.AddHostedService(provider => provider.GetRequiredService<RsyncDaemon>());
        services.AddHostedService<RsyncLinks>();
        services.AddHostedService<RsyncConnections>();
        services.AddHealthChecks().AddCheck<RsyncHealth>("rsync").AddCheck<HooksHealth>("hooks");
        return services.AddImageFiles().AddRsyncHooks();
    }

    private static RsyncSetup Setup(IServiceProvider provider)
    {
        var portal = provider.GetRequiredService<IOptions<PortalOptions>>();
        var shared = provider.GetRequiredService<IOptions<RsyncOptions>>().Value.Directory;
        return new RsyncSetup(
            provider.GetRequiredService<LinboTree.LinboTree>(), provider.GetRequiredService<LinboPassword>(), portal,
            provider.GetRequiredService<IOptions<ImagesOptions>>(), provider.GetRequiredService<TimeProvider>())
        {
            Folder = new RsyncFolder(shared.Length > 0 ? Path.GetFullPath(shared) : Path.Combine(Path.GetFullPath(portal.Value.DataDirectory), "rsync")),
        };
    }

    private static IServiceCollection AddRsyncHooks(this IServiceCollection services)
    {
        services.AddLinboClients();
        services.TryAddSingleton<AskingHosts>();
        services.TryAddSingleton<ClientLogs>();
        services.TryAddSingleton<ClientLogFiles>();
        services.AddSingleton<RegistryPatches>();
        services.AddSingleton<ClientCallBacks>();
        services.AddSingleton<BootLogs>();
        services.AddHostedService(provider => provider.GetRequiredService<BootLogs>());
        services.AddSingleton<RsyncAnswers>();
        services.AddSingleton(provider => new RsyncReports(
            provider.GetRequiredService<RsyncLog>(), provider.GetRequiredService<BootJournal>().Report, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RsyncReports>>())
        {
            LogFile = provider.GetRequiredService<IOptions<RsyncOptions>>().Value.IsExternal
                ? new RsyncLogFile(provider.GetRequiredService<RsyncSetup>().Folder.Log, provider.GetRequiredService<RsyncLog>()) : null,
            UploadEnded = provider.GetRequiredService<UploadService>().Ended,
        });
        services.AddSingleton<RsyncHooks>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<IOptions<RsyncOptions>>().Value.Enabled
            ? provider.GetRequiredService<RsyncHooks>() : new Idle());
        return services;
    }

    /// <summary>Stands where a service is switched off.</summary>
    private sealed class Idle : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
