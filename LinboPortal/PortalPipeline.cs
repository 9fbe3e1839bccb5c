using LinboPortal.Accounts;
using LinboPortal.Api;
using LinboPortal.Infrastructure;
using LinboPortal.Monitoring.Logs;
using LinboPortal.Tls;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace LinboPortal;

/// <summary>What every request passes before it reaches a slice. The order is the point, so it stands in one place.</summary>
internal static class PortalPipeline
{
    public static WebApplication UsePortalPipeline(this WebApplication app)
    {
        UseTrustedProxies(app);
        app.UseMiddleware<RequestLine>();
        app.UseTls();
        app.UsePortalHeaders();
        app.UseRequestLocalization(); // before anything that could answer in words
        app.UseExceptionHandler();
        // Not in a branch: only the app itself finds the endpoint of the page that it goes to instead.
        app.UseStatusCodePagesWithReExecute("/not-found");
        app.Use(LeaveProgramsAloneAsync);
        app.UseWhen(http => !PortalPaths.IsPage(http.Request), programs => programs.UseStatusCodePages());
        app.Use(new SameOrigin(app.Services.GetRequiredService<ILogger<SameOrigin>>()).RefuseForeignAsync);
        app.Use(BrokenTexts.RefuseAsync);
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        return app;
    }

    private static Task LeaveProgramsAloneAsync(HttpContext http, RequestDelegate next)
    {
        if (!PortalPaths.IsPage(http.Request) && http.Features.Get<IStatusCodePagesFeature>() is { } pages)
            pages.Enabled = false;
        return next(http);
    }

    // Whoever may set X-Forwarded-For chooses the address that limits and logs see: believed from named proxies only.
    private static void UseTrustedProxies(WebApplication app)
    {
        var proxies = app.Services.GetRequiredService<IOptions<PortalOptions>>().Value.TrustedProxies;
        if (proxies is [])
            return;
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in NamedNetwork.Read(proxies))
            options.KnownIPNetworks.Add(proxy);
        app.UseForwardedHeaders(options);
    }
}
