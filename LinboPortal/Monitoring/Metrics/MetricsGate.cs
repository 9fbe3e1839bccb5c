using System.Net;
using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Infrastructure;
using Microsoft.Extensions.Options;

namespace LinboPortal.Monitoring.Metrics;

/// <summary>
/// Lets through to <c>/metrics</c>: on a port of its own everybody, else the machine itself, the named networks, and whoever shows a token with
/// <c>system.read</c>. A port of its own answers nothing else.
/// </summary>
internal sealed class MetricsGate(RequestDelegate next, IOptions<MetricsOptions> options, PortalMetrics metrics)
{
    public const string Path = "/metrics";

    private static readonly string[] Forwarding = ["X-Forwarded-For", "Forwarded"];

    private readonly IReadOnlyList<IPNetwork> networks = NamedNetwork.Read(options.Value.Networks);

    public async Task InvokeAsync(HttpContext http)
    {
        var isMetrics = http.Request.Path == Path;
        var isOwnPort = options.Value.Port is { } port && http.Connection.LocalPort == port;
        if (isOwnPort != isMetrics && (isOwnPort || options.Value.Port is not null))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (!isMetrics)
        {
            await next(http);
            return;
        }

        if (!isOwnPort && !IsNear(http) && !http.User.ToPerson().May(Permission.SystemRead))
        {
            var isKnown = http.User.Identity?.IsAuthenticated == true;
            http.Response.StatusCode = isKnown ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized;
            if (!isKnown)
                http.Response.Headers.WWWAuthenticate = AccountTokens.Scheme;
            return;
        }

        http.Response.Headers.CacheControl = "no-store";
        await metrics.RefreshAsync(http.RequestAborted);
        await next(http);
    }

    private bool IsNear(HttpContext http)
    {
        if (http.Connection.RemoteIpAddress is not { } address)
            return false;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        // A proxy on this machine that nobody named speaks for strangers.
        return networks.Any(n => n.Contains(address)) || (IPAddress.IsLoopback(address) && !Forwarding.Any(http.Request.Headers.ContainsKey));
    }
}
