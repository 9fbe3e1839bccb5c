using System.Net;
using Microsoft.AspNetCore.Http;

namespace LinboPortal.Infrastructure.Boot;

/// <summary>
/// Who gets files below <c>/linbo/</c>. They are anonymous, because a PC that boots has no account; so they are for the PCs' networks alone, and
/// never for what came through a proxy, where everybody has the proxy's address.
/// </summary>
public sealed class BootHttpAccess(BootHttpOptions options)
{
    private static readonly string[] PrivateNetworks =
    [
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8", "::1/128", "fc00::/7", "fe80::/10",
    ];

    /// <summary>What proxies add, and what ASP.NET Core leaves of it once a trusted one was believed.</summary>
    private static readonly string[] ProxyHeaders = ["X-Forwarded-For", "X-Original-For", "X-Real-IP", "Forwarded", "Via"];

    private readonly IReadOnlyList<IPNetwork> networks = NamedNetwork.Read(options.Networks is [] ? PrivateNetworks : options.Networks);

    /// <summary>True where the request comes from a PC's network, and not through a proxy.</summary>
    public bool Allows(HttpContext context)
    {
        if (ProxyHeaders.Any(context.Request.Headers.ContainsKey))
            return false;
        // Without an address it is a socket of this machine.
        if (context.Connection.RemoteIpAddress is not { } address)
            return true;
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return networks.Any(n => n.Contains(plain));
    }

    /// <summary>True where that path of the tree is handed out over HTTP.</summary>
    public bool Allows(string path)
    {
        if (options.Images)
            return true;
        var names = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(n => n is not ".").ToList();
        return !names.Contains("..") && !string.Equals(names.FirstOrDefault(), "images", StringComparison.OrdinalIgnoreCase);
    }
}
