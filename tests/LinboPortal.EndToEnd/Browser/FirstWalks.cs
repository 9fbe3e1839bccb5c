using System.Text;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LinboPortal.EndToEnd.Browser;

/// <summary>The walks of the first day; what they leave behind is what the other walks begin with.</summary>
internal static class FirstWalks
{
    public static async Task SetUpAsync(SchoolPortal school)
    {
        var page = await school.OpenAsync();
        await page.GotoAsync("/");
        await page.GetByLabel("Setup code").FillAsync("AAAA-BBBB-CCCC");
        await TypePasswordsAsync(page);
        await Expect(page.GetByText("This is not the setup code.")).ToBeVisibleAsync();
        await page.GetByLabel("Setup code").FillAsync(await school.SetupCodeAsync());
        await TypePasswordsAsync(page);
        await SignIn.ReadyAsync(page);

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "First steps" })).ToBeVisibleAsync();
        foreach (var step in new[] { "Put in LINBO's kernel", "Bring in the PCs", "Tell the DHCP server", "Boot the first PC" })
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = step })).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    public static async Task ImportAsync(SchoolPortal school)
    {
        var page = await school.OpenAsync();
        await SignIn.AsAdministratorAsync(page);
        await page.GotoAsync("/import");
        await SignIn.ReadyAsync(page);
        await page.Locator("input[type=file]").SetInputFilesAsync(
        [
            File("devices.csv", SchoolFiles.Devices), File("start.conf.win11", SchoolFiles.StartConf), File("subnets.csv", "10.16.0.0/12;10.16.0.1;;;;SETUP\n"),
        ]);

        await Expect(page.Locator(".counts div").Filter(new() { HasText = "New" })).ToContainTextAsync("51");
        await page.Locator(".apply-bar").GetByRole(AriaRole.Button, new() { Name = "Import" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Import" }).ClickAsync();
        await Expect(page.GetByText("51 new, 0 changed, 0 deleted PCs, 1 groups imported")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "To the PCs" }).ClickAsync();
        await Expect(page.Locator("table.hosts")).ToContainTextAsync("r101-pc01");
        await page.Context.CloseAsync();
    }

    private static async Task TypePasswordsAsync(IPage page)
    {
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(PortalHome.AdminPassword);
        await page.GetByLabel("Repeat password").FillAsync(PortalHome.AdminPassword);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create administrator" }).ClickAsync();
    }

    private static FilePayload File(string name, string text) => new() { Name = name, MimeType = "text/plain", Buffer = Encoding.UTF8.GetBytes(text) };
}
