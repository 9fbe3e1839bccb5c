using System.Text.RegularExpressions;
using LinboPortal.EndToEnd.Jobs;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LinboPortal.EndToEnd.Browser;

/// <summary>Walks through the browser with PCs that answer: a terminal, a schedule.</summary>
[Collection(JobSchool.Name)]
public sealed class LiveWalkTests(JobSchool school, Chromium chromium)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_administrator_types_into_a_terminal_which_closes_when_nobody_does_and_both_are_written_down()
    {
        var (name, _) = Assert.Single(await school.SwitchOnAsync(1, "shell-walk", Ct));
        var page = await AdministratorAsync();
        await page.GotoAsync($"/hosts/{name}/terminal");
        var terminal = page.Locator(".shell-terminal[data-open=true]");
        await Expect(terminal).ToBeVisibleAsync();
        await page.Keyboard.TypeAsync("echo $((6*7))-here; id\n");
        await Expect(terminal.Locator(".xterm-rows")).ToContainTextAsync("42-here");
        await Expect(terminal.Locator(".xterm-rows")).ToContainTextAsync("uid=0(root)");

        // Without a mouse: out of the terminal, onto its button, closed, opened again.
        await page.Keyboard.PressAsync("Control+Shift+ArrowUp");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Close" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "Connect again" }).ClickAsync();
        await Expect(terminal).ToBeVisibleAsync();
        await page.Keyboard.TypeAsync("exit\n");
        await Expect(page.GetByText("The shell has ended")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Connect again" }).ClickAsync();
        await Expect(terminal).ToBeVisibleAsync();
        await Expect(page.GetByText("Nobody has typed for long.")).ToBeVisibleAsync();
        await Expect(page.GetByText("Closed because nobody typed")).ToBeVisibleAsync();

        await page.GotoAsync("/audit");
        await SignIn.ReadyAsync(page);
        await Expect(page.Locator("main")).ToContainTextAsync(name);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_nightly_sync_is_made_from_a_template_says_when_it_comes_and_runs_at_once()
    {
        var pcs = await school.SwitchOnAsync(2, "night", Ct);
        var page = await AdministratorAsync();
        await page.GotoAsync("/schedules");
        await SignIn.ReadyAsync(page);
        await page.GetByRole(AriaRole.Link, new() { Name = "Nightly sync" }).ClickAsync();
        await Expect(page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("Nightly sync");
        var preview = page.Locator(".schedule-preview");
        await Expect(preview.Locator("ol li")).ToHaveCountAsync(5);
        await page.Locator("#at").FillAsync("19:15");
        await Expect(preview).ToContainTextAsync("19:15");
        foreach (var pill in new[] { "Rooms", "night1", "PCs shall be ready by then" })
            await page.Locator(".pills label", new() { HasTextRegex = new($"^{pill}$") }).First.ClickAsync();
        await Expect(preview).ToContainTextAsync("No run yet: 30 min");

        await page.Locator("#mail").FillAsync("nobody");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByText("“nobody” is no mail address.")).ToBeVisibleAsync();
        await page.Locator("#mail").FillAsync("");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/schedules$"));
        await Expect(page.Locator(".schedule-row")).ToContainTextAsync("Mon to Fri, ready by 19:15");

        await page.GetByRole(AriaRole.Link, new() { Name = "Nightly sync" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Run now" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Run now" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/jobs/[0-9]+"));
        await Expect(page.Locator(".run-card.is-Done")).ToHaveCountAsync(2);
        await Expect(page.Locator(".job-state")).ToContainTextAsync("Done");
        Assert.All(pcs, pc => Assert.Equal("halt", pc.Client.Left));

        await page.GotoAsync("/schedules");
        await SignIn.ReadyAsync(page);
        await page.GetByRole(AriaRole.Link, new() { Name = "Nightly sync" }).ClickAsync();
        await Expect(preview).ToContainTextAsync("Last runs took");
        await page.Context.CloseAsync();
    }

    private async Task<IPage> AdministratorAsync()
    {
        var page = await chromium.OpenAsync(school.Address);
        await SignIn.AsAdministratorAsync(page);
        return page;
    }
}
