using Microsoft.AspNetCore.Http;

namespace LinboPortal.Infrastructure.Boot;

/// <summary>
/// Who gets files below <c>/linbo/</c>. They are anonymous, because a PC that boots has no account; so they are for the PCs' networks alone, and
/// never for what came through a proxy, where everybody has the proxy's address.
/// </summary>
public sealed class BootHttpAccess(BootHttpOptions options)
{
    /// <summary>What proxies add, and what ASP.NET Core leaves of it once a trusted one was believed.</summary>
    private static readonly string[] ProxyHeaders = ["X-Forwarded-For", "X-Original-For", "X-Real-IP", "Forwarded", "Via"];

    private readonly BootNetworks networks = new(options.Networks);

    /// <summary>True where the request comes from a PC's network, and not through a proxy.</summary>
    public bool Allows(HttpContext context)
    {
        if (ProxyHeaders.Any(context.Request.Headers.ContainsKey))
            return false;
        // Without an address it is a socket of this machine.
        return context.Connection.RemoteIpAddress is not { } address || networks.Contains(address);
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
