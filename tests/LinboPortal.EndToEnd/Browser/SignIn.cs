using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace LinboPortal.EndToEnd.Browser;

/// <summary>
/// Through the login page, as a person; each person once for each portal. Other windows get the cookie of the first one, for a portal refuses whoever
/// signs in too often, and a fast machine does.
/// </summary>
internal static class SignIn
{
    private const string CookieName = "linboportal";

    private static readonly ConcurrentDictionary<(string Portal, string User), Cookie> Cookies = new();

    public static Task AsAdministratorAsync(IPage page) => AsAsync(page, "admin", PortalHome.AdminPassword);

    public static async Task AsAsync(IPage page, string userName, string password)
    {
        await page.GotoAsync("/login");
        var person = (new Uri(page.Url).GetLeftPart(UriPartial.Authority), userName);
        if (Cookies.TryGetValue(person, out var cookie))
        {
            await page.Context.AddCookiesAsync([cookie]);
            await page.GotoAsync("/");
            if (!page.Url.Contains("/login", StringComparison.Ordinal))
            {
                await ReadyAsync(page);
                return;
            }
        }

        await page.Locator("input[autocomplete=username]").FillAsync(userName);
        await page.Locator("input[type=password]").FillAsync(password);
        await page.Locator("button[type=submit]").First.ClickAsync();
        await ReadyAsync(page);
        var made = (await page.Context.CookiesAsync()).Single(c => c.Name == CookieName);
        Cookies[person] = new Cookie
        {
            Name = made.Name,
            Value = made.Value,
            Domain = made.Domain,
            Path = made.Path,
            HttpOnly = made.HttpOnly,
            Secure = made.Secure,
            SameSite = made.SameSite,
        };
    }

    /// <summary>Waits until the page is connected: clicks before that are lost.</summary>
    public static Task ReadyAsync(IPage page) => page.Locator("html[data-circuit=ready]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
}
