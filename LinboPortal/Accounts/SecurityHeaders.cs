namespace LinboPortal.Accounts;

/// <summary>What browsers are told about every answer.</summary>
internal static class SecurityHeaders
{
    private static readonly HeaderPolicyCollection Policy = new HeaderPolicyCollection()
        .AddFrameOptionsDeny()
        .AddContentTypeOptionsNoSniff()
        .AddReferrerPolicySameOrigin()
        .AddCrossOriginOpenerPolicy(opener => opener.SameOrigin())
        .AddStrictTransportSecurityMaxAge() // on https only
        .RemoveServerHeader()
        .AddContentSecurityPolicy(Restrict)
        .AddPermissionsPolicy(permissions =>
        {
            permissions.AddCamera().None();
            permissions.AddMicrophone().None();
            permissions.AddGeolocation().None();
        });

    public static WebApplication UsePortalHeaders(this WebApplication app)
    {
        app.UseSecurityHeaders(Policy);
        return app;
    }

    // Everything comes from here. MudBlazor and CodeMirror set styles inline; scripts never are. 'self' in connect-src holds for wss as well.
    private static void Restrict(CspBuilder content)
    {
        content.AddDefaultSrc().None();
        content.AddScriptSrc().Self();
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
