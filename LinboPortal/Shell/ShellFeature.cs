using System.Globalization;
using LinboPortal.Api;
using Microsoft.AspNetCore.Localization;
using MudBlazor;
using MudBlazor.Services;

namespace LinboPortal.Shell;

/// <summary>The frame of all pages.</summary>
internal static class ShellFeature
{
    /// <summary>The languages of the portal; the first is for those who ask for none of them.</summary>
    public static IReadOnlyList<CultureInfo> Languages { get; } = [new("de"), new("en")];

    /// <summary>Bytes that a browser may send at once: a start.conf in the editor, with room to spare.</summary>
    private const long LongestMessage = 1024 * 1024;

    public static WebApplicationBuilder AddShell(this WebApplicationBuilder builder)
    {
        // Without it only a published portal finds its styles and scripts outside of Development.
        builder.WebHost.UseStaticWebAssets();
        builder.Services.AddLocalization();
        builder.Services.Configure<RequestLocalizationOptions>(ChooseLanguage);
        builder.Services.AddRazorComponents().AddInteractiveServerComponents()
            .AddHubOptions(hub => hub.MaximumReceiveMessageSize = LongestMessage);
        builder.Services.AddCascadingAuthenticationState();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddMudServices(mud =>
        {
            mud.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.TopCenter;
            mud.SnackbarConfiguration.ShowTransitionDuration = 120;
            mud.SnackbarConfiguration.HideTransitionDuration = 120;
        });
        builder.Services.AddScoped<Browser>();
        builder.Services.AddScoped<Ticker>();
        return builder;
    }

    public static WebApplication MapShell(this WebApplication app)
    {
        app.MapStaticAssets().AllowAnonymous();
        app.MapGet("/language/{language}", SetLanguage).AllowAnonymous().ExcludeFromDescription();
        // Signed in is the least that is asked, for the circuits' hub too; each page names its permission besides.
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(circuits => circuits.ContentSecurityFrameAncestorsPolicy = "'none'")
            .RequireAuthorization();
        return app;
    }

    private static void ChooseLanguage(RequestLocalizationOptions options)
    {
        options.DefaultRequestCulture = new RequestCulture(Languages[0]);
        options.SupportedCultures = [.. Languages];
        options.SupportedUICultures = [.. Languages];
        options.RequestCultureProviders = [new CookieRequestCultureProvider(), new AcceptLanguageHeaderRequestCultureProvider()];
    }

    /// <summary>Keeps the language in a cookie and goes back to where the person was; only within the portal.</summary>
    private static IResult SetLanguage(string language, string? back, HttpContext http)
    {
        if (!Languages.Any(l => l.Name == language))
            return Results.NotFound();
        http.Response.Cookies.Append(
            CookieRequestCultureProvider.DefaultCookieName,
            CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(language)),
            new CookieOptions { IsEssential = true, SameSite = SameSiteMode.Lax, HttpOnly = true, MaxAge = TimeSpan.FromDays(365) });
        return Results.LocalRedirect(PortalPaths.LocalOrHome(back));
    }
}
