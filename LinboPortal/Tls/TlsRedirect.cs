using Microsoft.Extensions.Options;

namespace LinboPortal.Tls;

/// <summary>Sends browsers from http to https. What boots and what watches does not speak it, and whoever makes certificates cannot yet.</summary>
internal sealed class TlsRedirect(RequestDelegate next, IOptions<TlsOptions> options, IConfiguration configuration)
{
    private static readonly PathString[] Plain = ["/linbo", "/health", "/ready", "/metrics", TlsFeature.AcmePath];

    private readonly int port = options.Value.RedirectPort ?? TlsFeature.PortOf(configuration["Urls"]);

    public Task InvokeAsync(HttpContext http)
    {
        var request = http.Request;
        if (request.IsHttps || !request.Host.HasValue || Plain.Any(p => request.Path.StartsWithSegments(p)))
            return next(http);
        var host = port == 443 ? new HostString(request.Host.Host) : new HostString(request.Host.Host, port);
        // The method stays; nobody keeps it for ever, so that https can be switched off again.
        http.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
        http.Response.Headers.Location = $"https://{host}{request.PathBase}{request.Path}{request.QueryString}";
        return Task.CompletedTask;
    }
}
