using LinboPortal.Core.Boot;
using LinboPortal.Core.Events;
using LinboPortal.Infrastructure.Boot;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace LinboPortal.Boot;

/// <summary>What a PC needs to boot, and what was seen of it.</summary>
internal static class BootFeature
{
    public static WebApplicationBuilder AddBoot(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<PortalEvents>();
        services.AddOptions<BootJournalOptions>().BindConfiguration(BootJournalOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<BootJournal>();
        services.AddHostedService(provider => provider.GetRequiredService<BootJournal>());
        services.AddHostedService<BootSweeper>();
        services.AddOptions<TftpOptions>().BindConfiguration(TftpOptions.Section)
            .PostConfigure<IOptions<BootHttpOptions>>((tftp, http) => tftp.Networks = tftp.Networks is [] ? http.Value.Networks : tftp.Networks)
            .ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<TftpServer>(
            provider, (Action<BootObservation>)provider.GetRequiredService<BootJournal>().Report));
        services.AddHostedService(provider => provider.GetRequiredService<TftpServer>());
        services.AddHealthChecks().AddCheck<TftpHealth>("tftp");
        services.AddSingleton<BootHistory>();
        services.AddOptions<DhcpOptions>().BindConfiguration(DhcpOptions.Section).ValidateDataAnnotations()
            .Validate(o => o.HasUsableServers, "Boot:Dhcp:Servers may hold IPv4 addresses only, for instance 10.0.0.1.").ValidateOnStart();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<DhcpListener>(
            provider, (Action<BootObservation>)provider.GetRequiredService<BootJournal>().Report));
        services.AddHostedService(provider => provider.GetRequiredService<DhcpListener>());
        services.AddHealthChecks().AddCheck<DhcpHealth>("dhcp");
        services.AddSingleton<DhcpPlans>();
        services.AddSingleton<BootAddresses>();
        services.AddSingleton<BootOverview>();
        return builder;
    }

    public static WebApplication MapBoot(this WebApplication app)
    {
        BootsApi.Map(app);
        DhcpApi.Map(app);
        return app;
    }
}
