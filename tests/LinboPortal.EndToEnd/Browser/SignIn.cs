using Microsoft.Playwright;

namespace LinboPortal.EndToEnd.Browser;

/// <summary>Through the login page, as a person.</summary>
internal static class SignIn
{
    public static Task AsAdministratorAsync(IPage page) => AsAsync(page, "admin", PortalHome.AdminPassword);

    public static async Task AsAsync(IPage page, string userName, string password)
    {
        await page.GotoAsync("/login");
        await page.Locator("input[autocomplete=username]").FillAsync(userName);
        await page.Locator("input[type=password]").FillAsync(password);
        await page.Locator("button[type=submit]").First.ClickAsync();
        await ReadyAsync(page);
    }

    /// <summary>Waits until the page is connected: clicks before that are lost.</summary>
    public static Task ReadyAsync(IPage page) => page.Locator("html[data-circuit=ready]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
}
