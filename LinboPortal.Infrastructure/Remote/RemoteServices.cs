using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Monitoring;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>Wires the ways to LINBO on PCs.</summary>
public static class RemoteServices
{
    /// <summary>Adds SSH to the PCs; a second time it adds nothing.</summary>
    public static IServiceCollection AddLinboClients(this IServiceCollection services)
    {
        if (services.Any(s => s.ServiceType == typeof(SshConnections)))
            return services;
        services.AddOptions<SshOptions>().BindConfiguration(SshOptions.Section).ValidateDataAnnotations()
            .Validate(o => o.HasUsableShell, "Remote:Ssh:Shell is no address with a port, for instance ssh:2222.").ValidateOnStart();
        services.AddHealthChecks().AddCheck<SshHealth>("ssh");
        services.TryAddSingleton<InstallationKey>();
        services.AddHostedService(provider => provider.GetRequiredService<InstallationKey>());
        services.AddSingleton<HostKeyPins>();
        services.AddSingleton<KnownHostKeys>();
        services.TryAddSingleton<AskingHosts>();
        services.AddSingleton<SshLogin>();
        services.AddSingleton<AddressClaims>();
        services.AddSingleton<SshConnections>();
        services.TryAddSingleton<SshLinboClient>();
        services.TryAddSingleton<ILinboClient>(provider => new CountedLinboClient(provider.GetRequiredService<SshLinboClient>()));
        services.AddSingleton<ClientFiles>();
        services.AddSingleton<CacheLook>();
        services.AddSingleton<LinboTasks>();
        services.TryAddSingleton<SystemKey>();
        services.AddHostedService(provider => provider.GetRequiredService<SystemKey>());
        services.AddSingleton<SystemKeyPins>();
        services.AddSingleton<SystemSsh>();
        services.AddOptions<WakeOptions>().BindConfiguration(WakeOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<WakeOnLan>();
        services.AddSingleton<OnBootFiles>();
        return services;
    }
}
