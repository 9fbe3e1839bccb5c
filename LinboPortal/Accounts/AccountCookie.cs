using LinboPortal.Api;
using LinboPortal.Infrastructure.Accounts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.Options;

namespace LinboPortal.Accounts;

/// <summary>The cookie of a browser. It only says who it is; what the account may do is read at each request.</summary>
internal sealed class AccountCookie(IOptions<AccountsOptions> accounts) : IConfigureNamedOptions<CookieAuthenticationOptions>
{
    public const string Scheme = "Cookie";

    public void Configure(string? name, CookieAuthenticationOptions options)
    {
        if (name != Scheme)
            return;
        options.Cookie.Name = "linboportal";
        options.CookieManager = new HostCookies();
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax; // strict would ask for a sign-in behind every link in a mail
        options.Cookie.SecurePolicy = accounts.Value.SecureCookies;
        // The session's row decides; pages stay open for hours without a request that would renew a cookie.
        options.ExpireTimeSpan = accounts.Value.SessionMaximum;
        options.SlidingExpiration = false;
        options.Events.OnRedirectToLogin = AskToSignIn;
        options.Events.OnRedirectToAccessDenied = Refuse;
        options.Events.OnValidatePrincipal = ValidateAsync;
    }

    public void Configure(CookieAuthenticationOptions options) => Configure(Options.DefaultName, options);

    /// <summary>Signs the browser in; a session that it had ends.</summary>
    /// <returns>Key of the new session.</returns>
    public static async Task<Guid> SignInAsync(HttpContext http, Account account)
    {
        await EndSessionAsync(http);
        var session = await http.RequestServices.GetRequiredService<AccountSessions>().BeginAsync(account, http, http.RequestAborted);
        await http.SignInAsync(Scheme, AccountPrincipals.Identify(account, Scheme, session));
        return session.Id;
    }

    /// <summary>Signs the browser out, in all of its tabs; copies of its cookie are worth nothing from now on.</summary>
    public static async Task SignOutAsync(HttpContext http)
    {
        await EndSessionAsync(http);
        await http.SignOutAsync(Scheme);
    }

    private static async Task EndSessionAsync(HttpContext http)
    {
        if (AccountPrincipals.IdOf(http.User) is { } account && AccountPrincipals.SessionOf(http.User) is { } session)
            await http.RequestServices.GetRequiredService<AccountSessions>().EndAsync(account, session, http.RequestAborted);
    }

    // Who asks for a page is led to the door; a program gets the plain answer. The address is relative: behind a proxy that ends TLS the
    // absolute one would be wrong.
    private static Task AskToSignIn(RedirectContext<CookieAuthenticationOptions> context)
    {
        if (PortalPaths.IsPage(context.Request))
            context.Response.Redirect("/login?returnUrl=" + Uri.EscapeDataString(context.Request.Path + context.Request.QueryString.Value));
        else
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    private static Task Refuse(RedirectContext<CookieAuthenticationOptions> context)
    {
        context.Response.StatusCode = PortalPaths.Refusal(context.HttpContext);
        return Task.CompletedTask;
    }

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var http = context.HttpContext;
        if (http.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null)
            return; // the same for everybody, and dozens a page
        var principals = http.RequestServices.GetRequiredService<AccountPrincipals>();
        if (await principals.CurrentAsync(context.Principal!, http.RequestAborted) is { } principal)
        {
            await principals.NoteActivityAsync(principal, http.RequestAborted);
            context.ReplacePrincipal(principal);
            return;
        }

        context.RejectPrincipal();
        await http.SignOutAsync(Scheme);
    }
}
