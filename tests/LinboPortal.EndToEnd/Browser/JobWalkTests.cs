using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LinboPortal.EndToEnd.Browser;

/// <summary>Commands through the browser: a teacher with a room, an administrator with PCs of any. No PC of the school is there, so work is begun and ended.</summary>
[Collection(SchoolPortal.Name)]
public sealed class JobWalkTests(SchoolPortal school)
{
    [Fact]
    public async Task A_teacher_synchronises_the_room_with_one_click_and_watches_it()
    {
        var page = await school.TeacherAsync();
        var bar = page.Locator(".room-bar");
        await Expect(bar).ToContainTextAsync("Whole room");
        await page.GetByRole(AriaRole.Button, new() { Name = "Select r101-pc02" }).ClickAsync();
        await Expect(bar).ToContainTextAsync("1 selected");
        await bar.GetByRole(AriaRole.Button, new() { Name = "Clear selection" }).ClickAsync();
        await bar.GetByRole(AriaRole.Button, new() { Name = "More…" }).ClickAsync();
        var picker = page.GetByRole(AriaRole.Dialog);
        await Expect(picker).ToContainTextAsync("What shall 14 PCs do?");
        await Expect(picker).Not.ToContainTextAsync("afresh");
        await Expect(picker).Not.ToContainTextAsync("linbo-remote");
        await picker.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        // Some of the 14 run Windows or Linux: the button counts those that will act, and the question says what becomes of the others.
        await bar.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Synchronise and start [0-9] PCs$") }).ClickAsync();
        var question = page.GetByRole(AriaRole.Dialog);
        await Expect(question).ToContainTextAsync("Synchronise and start Windows 11.");
        await Expect(question).ToContainTextAsync(new Regex("Skipped because Windows or Linux runs: [0-9]+ PCs"));
        await Expect(question.GetByRole(AriaRole.Listitem).First).ToContainTextAsync("r101-pc");
        await question.GetByRole(AriaRole.Button, new() { Name = "Synchronise and start" }).ClickAsync();

        await page.Locator(".jobs-panel a", new() { HasText = "Synchronise and start" }).First.ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/jobs/[0-9]+"));
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Synchronise and start Windows 11" })).ToBeVisibleAsync();
        await Expect(page.Locator(".run-card")).ToHaveCountAsync(14);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task An_administrator_types_a_line_is_shown_what_is_wrong_and_is_asked_before_data_is_lost()
    {
        var page = await school.AdministratorAsync();
        await page.GotoAsync("/hosts?room=r102");
        await SignIn.ReadyAsync(page);
        await page.GetByLabel("Select r102-pc01").CheckAsync();
        await page.GetByLabel("Select r102-pc02").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Command…" }).ClickAsync();
        var picker = page.GetByRole(AriaRole.Dialog);
        var line = picker.GetByLabel("As linbo-remote");

        await line.FillAsync("-c sync:1,strat:1");
        await Expect(picker.Locator("mark")).ToHaveTextAsync("strat");
        await Expect(picker).ToContainTextAsync("LINBO knows no command “strat”.");
        await line.FillAsync("-p new:1,start:1");
        await Expect(picker.GetByRole(AriaRole.Radio, new() { Name = "Set up afresh and start" })).ToBeCheckedAsync();
        await picker.GetByRole(AriaRole.Button, new() { Name = "Set up 2 PCs afresh and start" }).ClickAsync();
        var loss = page.GetByRole(AriaRole.Dialog).Filter(new() { HasText = "data is lost" }).Last;
        await Expect(loss).ToContainTextAsync("All changes in Windows 11");
        await Expect(loss.GetByRole(AriaRole.Listitem)).ToHaveTextAsync(["r102-pc01", "r102-pc02"]);
        await loss.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await line.FillAsync("-p sync:1");
        await Expect(picker.GetByRole(AriaRole.Radio, new() { Name = "At next boot" })).ToBeCheckedAsync();
        await picker.GetByRole(AriaRole.Button, new() { Name = "Synchronise 2 PCs" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Open", Exact = true }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/jobs/[0-9]+"));
        await Expect(page.Locator("code").Filter(new() { HasText = "linbo-remote -i r102-pc01,r102-pc02 -p sync:1" })).ToBeVisibleAsync();
        await Expect(page.Locator(".run-card")).ToHaveCountAsync(2);

        // No PC boots: the commands wait, and can be taken back.
        await Expect(page.Locator(".job-state")).ToHaveTextAsync("Waits for boots");
        await Expect(page.Locator(".run-card").First).ToContainTextAsync("Waits for next boot");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel job" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Keep running" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Cancel job" }).ClickAsync();
        await Expect(page.Locator(".job-state")).ToHaveTextAsync("Cancelled");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_job_of_yesterday_tells_what_went_wrong_and_what_a_PC_printed()
    {
        var page = await school.AdministratorAsync();
        await page.GotoAsync("/jobs?state=failed");
        await SignIn.ReadyAsync(page);
        await page.Locator("table.jobs a", new() { HasText = "Synchronise and start" }).Last.ClickAsync();
        await Expect(page.Locator(".job-problems")).ToContainTextAsync("A command ended with an error.");
        await page.Locator(".job-problem-names a").First.ClickAsync();
        var log = page.Locator(".run-log");
        await Expect(log.Locator(".run-lines")).ToContainTextAsync("linbo_wrapper sync:1");
        await log.GetByLabel("Search the log").FillAsync("block 40");
        await Expect(log).ToContainTextAsync("of 43 lines");
        var download = await page.RunAndWaitForDownloadAsync(() => log.GetByRole(AriaRole.Link, new() { Name = "Download" }).ClickAsync());
        Assert.Contains("linbo_wrapper sync:1", await File.ReadAllTextAsync((await download.PathAsync())!, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Link, new() { Name = "Timeline" }).ClickAsync();
        await Expect(page.Locator(".job-line")).ToHaveCountAsync(30);
        await page.Context.CloseAsync();
    }
}
