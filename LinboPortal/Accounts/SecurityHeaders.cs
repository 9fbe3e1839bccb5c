using LinboPortal.Tls;

namespace LinboPortal.Accounts;

/// <summary>What browsers are told about every answer.</summary>
internal static class SecurityHeaders
{
    public static WebApplication UsePortalHeaders(this WebApplication app)
    {
        // A browser that trusts a certificate of the portal's own would from then on ask for https on all ports of this host, that of plain http too.
        var isHttpsForGood = app.Services.GetRequiredService<OfferedHttps>().Port is null;
        var pagesOnly = Create(inlineByNonce: false, isHttpsForGood);
        // The API reference starts by a script in the page itself, which carries a number that nobody can guess.
        var referenceOnly = Create(inlineByNonce: true, isHttpsForGood);
        app.UseWhen(http => !IsReference(http), pages => pages.UseSecurityHeaders(pagesOnly));
        app.Use(KeepOutOfCachesAsync);
        app.UseWhen(IsReference, reference => reference.UseSecurityHeaders(referenceOnly));
        return app;
    }

    // What the API answers names people, PCs and what they did: no cache on the way or in the browser keeps it, unless an endpoint says otherwise.
    private static Task KeepOutOfCachesAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Path.StartsWithSegments("/api"))
            http.Response.OnStarting(() =>
            {
                if (http.Response.Headers.CacheControl.Count == 0)
                    http.Response.Headers.CacheControl = "no-store";
                return Task.CompletedTask;
            });
        return next(http);
    }

    private static bool IsReference(HttpContext http) => http.Request.Path.StartsWithSegments(Api.ApiFeature.ReferencePath);

    private static HeaderPolicyCollection Create(bool inlineByNonce, bool isHttpsForGood)
    {
        var policies = new HeaderPolicyCollection()
            .AddFrameOptionsDeny()
            .AddContentTypeOptionsNoSniff()
            .AddReferrerPolicySameOrigin()
            .AddCrossOriginOpenerPolicy(opener => opener.SameOrigin())
            .RemoveServerHeader()
            .AddContentSecurityPolicy(content => Restrict(content, inlineByNonce))
            .AddPermissionsPolicy(permissions =>
            {
                permissions.AddCamera().None();
                permissions.AddMicrophone().None();
                permissions.AddGeolocation().None();
            });
        return isHttpsForGood ? policies.AddStrictTransportSecurityMaxAge() : policies; // on https only
    }

    // Everything comes from here. MudBlazor and CodeMirror set styles inline; scripts never are. 'self' in connect-src holds for wss as well.
    private static void Restrict(CspBuilder content, bool inlineByNonce)
    {
        content.AddDefaultSrc().None();
        var scripts = content.AddScriptSrc().Self();
        if (inlineByNonce)
            scripts.WithNonce();
        content.AddStyleSrc().Self().UnsafeInline();
        content.AddImgSrc().Self().Data();
        content.AddFontSrc().Self();
        content.AddConnectSrc().Self();
        content.AddManifestSrc().Self();
        content.AddFormAction().Self();
        content.AddBaseUri().Self();
        content.AddFrameAncestors().None();
        content.AddObjectSrc().None();
    }
}
