using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using LinboPortal.Infrastructure.LinboTree;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure;

/// <summary>Binds the shared settings and fills in what was left empty, so that everybody else reads complete values.</summary>
public static class SettingsServices
{
    /// <summary>Adds <see cref="PortalOptions"/> and <see cref="LinboOptions"/>, with absolute paths and an address.</summary>
    public static IServiceCollection AddPortalSettings(this IServiceCollection services)
    {
        services.AddOptions<PortalOptions>().BindConfiguration(PortalOptions.Section)
            .PostConfigure(Complete)
            .ValidateDataAnnotations()
            .Validate(IsUsableAddress, "Portal:ServerAddress is no IPv4 address that clients could use, for instance 10.0.0.2.")
            .Validate(o => o.TrustedProxies.All(p => NamedNetwork.TryParse(p, out _)), "Portal:TrustedProxies has an entry that is neither an address nor a network (10.0.3.0/24).")
            .ValidateOnStart();
        services.AddOptions<LinboOptions>().BindConfiguration(LinboOptions.Section)
            .PostConfigure<IOptions<PortalOptions>>((linbo, portal) => Complete(linbo, portal.Value.DataDirectory))
            .ValidateOnStart();
        return services;
    }

    /// <summary>Fills in what is empty in <paramref name="options"/>.</summary>
    public static void Complete(PortalOptions options)
    {
        if (options.DataDirectory.Length > 0)
            options.DataDirectory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.DataDirectory));
        if (options.ServerAddress.Length == 0)
            options.ServerAddress = FirstAddress().ToString();
    }

    /// <summary>Fills in what is empty in <paramref name="options"/>: directories below <paramref name="dataDirectory"/>.</summary>
    public static void Complete(LinboOptions options, string dataDirectory)
    {
        options.Root = Below(options.Root, "linbo");
        options.ConfigDirectory = Below(options.ConfigDirectory, "linbo-config");
        options.LogDirectory = Below(options.LogDirectory, Path.Combine("log", "linbo"));

        string Below(string value, string name) =>
            Path.TrimEndingDirectorySeparator(Path.GetFullPath(value.Length > 0 ? value : Path.Combine(dataDirectory, name)));
    }

    private static bool IsUsableAddress(PortalOptions options) =>
        IPAddress.TryParse(options.ServerAddress, out var address) && address.AddressFamily == AddressFamily.InterNetwork
        && !address.Equals(IPAddress.Any);

    // Interfaces with a gateway come first: a container bridge is an address too, but no client ever asks it.
    private static IPAddress FirstAddress() =>
        OwnAddresses.Read()
            .Where(a => a.Status == OperationalStatus.Up && !a.IsLoopback)
            .OrderByDescending(a => a.HasGateway)
            .Select(a => a.Address)
            .FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a)) ?? IPAddress.Loopback;
}
