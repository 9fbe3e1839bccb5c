namespace LinboPortal.Accounts;

/// <summary>What browsers are told about every answer.</summary>
internal static class SecurityHeaders
{
    private static readonly HeaderPolicyCollection Pages = Create(inlineByNonce: false);

    /// <summary>The API reference starts by a script in the page itself, which carries a number that nobody can guess.</summary>
    private static readonly HeaderPolicyCollection Reference = Create(inlineByNonce: true);

    public static WebApplication UsePortalHeaders(this WebApplication app)
    {
        app.UseWhen(http => !IsReference(http), pages => pages.UseSecurityHeaders(Pages));
        app.Use(KeepOutOfCachesAsync);
        app.UseWhen(IsReference, reference => reference.UseSecurityHeaders(Reference));
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

    private static HeaderPolicyCollection Create(bool inlineByNonce) => new HeaderPolicyCollection()
        .AddFrameOptionsDeny()
        .AddContentTypeOptionsNoSniff()
        .AddReferrerPolicySameOrigin()
        .AddCrossOriginOpenerPolicy(opener => opener.SameOrigin())
        .AddStrictTransportSecurityMaxAge() // on https only
        .RemoveServerHeader()
        .AddContentSecurityPolicy(content => Restrict(content, inlineByNonce))
        .AddPermissionsPolicy(permissions =>
        {
            permissions.AddCamera().None();
            permissions.AddMicrophone().None();
            permissions.AddGeolocation().None();
        });

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
