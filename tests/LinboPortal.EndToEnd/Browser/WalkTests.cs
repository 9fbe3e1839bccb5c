using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LinboPortal.EndToEnd.Browser;

/// <summary>Whole walks through the pages, as people take them.</summary>
[Collection(SchoolPortal.Name)]
public sealed class WalkTests(SchoolPortal school)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public Task The_setup_code_makes_the_first_administrator_who_is_told_the_first_steps() => school.SetUpAsync();

    [Fact]
    public async Task What_is_imported_through_the_page_comes_out_byte_for_byte()
    {
        await school.FillAsync();
        using var api = await school.ApiAsync();

        // Other walks add and move PCs of their own; the lines of the file stay as they were, in their order.
        var exported = await api.GetTextAsync("api/v1/export/devices.csv", Ct);
        Assert.Equal(SchoolFiles.Devices, string.Concat(exported.Split('\n').Where(l => !l.Contains("werkraum", StringComparison.Ordinal)).Select(l => l + "\n")).TrimEnd('\n') + "\n");
        Assert.Equal(SchoolFiles.StartConf, await File.ReadAllTextAsync(Path.Combine(school.Tree, "start.conf.win11"), Ct));
    }

    [Fact]
    public async Task An_import_that_would_delete_many_PCs_asks_for_their_number()
    {
        await school.FillAsync();
        var page = await school.AdministratorAsync();
        await page.GotoAsync("/import");
        await SignIn.ReadyAsync(page);
        var few = string.Concat(SchoolFiles.Devices.Split('\n').Where(l => l.StartsWith("r101;", StringComparison.Ordinal)).Take(3)
            .Select(l => string.Join(';', l.Split(';').Select(c => $"\"{c}\"")) + "\n"));
        await page.Locator("input[type=file]").SetInputFilesAsync(
            new[] { ("devices.csv", few), ("start.conf.alt", SchoolFiles.StartConf.Replace("GuiDisabled = no", "BackgroundFontColor = white", StringComparison.Ordinal)) }
                .Select(f => new FilePayload { Name = f.Item1, MimeType = "text/plain", Buffer = System.Text.Encoding.UTF8.GetBytes(f.Item2) }));
        await Expect(page.Locator(".issues")).ToContainTextAsync("Cells stand in quotation marks, in 3 rows");
        await page.GetByLabel("Delete PCs and networks that the files do not have").CheckAsync();
        var note = page.GetByText("PCs would be deleted");
        await Expect(note).ToBeVisibleAsync();
        var number = Regex.Match(await note.InnerTextAsync(), "[0-9]+").Value;

        await page.Locator(".apply-bar").GetByRole(AriaRole.Button, new() { Name = "Import" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        var import = dialog.GetByRole(AriaRole.Button, new() { Name = "Import" });
        await Expect(import).ToBeDisabledAsync();
        await dialog.GetByRole(AriaRole.Textbox).FillAsync("delete");
        await Expect(import).ToBeDisabledAsync();
        await dialog.GetByRole(AriaRole.Textbox).FillAsync(number);
        await Expect(import).ToBeEnabledAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(dialog).ToHaveCountAsync(0);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_start_conf_with_an_error_is_underlined_and_refused_and_the_mended_text_reaches_the_PCs()
    {
        var page = await school.AdministratorAsync();
        await page.GotoAsync("/new-group");
        await SignIn.ReadyAsync(page);
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("werkraum");
        await page.GetByText("[LINBO] alone, to be written by hand").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Create group" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/groups/werkraum$"));
        var editor = page.GetByRole(AriaRole.Textbox, new() { Name = "start.conf of werkraum" });

        await editor.FillAsync("[LINBO]\nGroup = werkraum\nfalsch\n");
        await Expect(page.Locator(".cm-lintRange-error")).ToContainTextAsync("falsch");
        await SaveAsync(page);
        await Expect(page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "Not saved" })).ToBeVisibleAsync();

        await editor.FillAsync("[LINBO]\nGroup = werkraum\nKernelOptions = quiet\n");
        await Expect(page.Locator(".cm-lintRange-error")).ToHaveCountAsync(0);
        await page.GetByLabel("Note", new() { Exact = true }).FillAsync("ohne das Falsche");
        await SaveAsync(page);
        await Expect(page.GetByText("Saved as revision 2.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Revisions" }).ClickAsync();
        await Expect(page.GetByText("ohne das Falsche")).ToBeVisibleAsync();

        var file = Path.Combine(school.Tree, "start.conf.werkraum");
        await Programs.UntilAsync("the file follows", Wait.Limit, async () =>
            File.Exists(file) && (await File.ReadAllTextAsync(file, Ct)).Contains("KernelOptions = quiet", StringComparison.Ordinal) ? "yes" : null, Ct);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task PCs_are_added_edited_moved_in_a_bunch_and_deleted_after_their_names_were_shown()
    {
        var page = await school.AdministratorAsync();
        foreach (var n in new[] { 1, 2, 3 })
            await AddAsync(page, $"werkraum-pc{n}", $"02:00:00:00:00:0{n}");
        await page.GetByRole(AriaRole.Link, new() { Name = "Edit" }).ClickAsync();
        await page.GetByLabel("Comment").FillAsync("neben der Tür");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/hosts/werkraum-pc3$"));
        await Expect(page.GetByText("neben der Tür")).ToBeVisibleAsync();

        await page.GotoAsync("/hosts?search=werkraum-pc");
        await SignIn.ReadyAsync(page);
        await page.GetByLabel("Select all on this page").CheckAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "3 PCs selected" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Move" }).ClickAsync();
        var move = page.GetByRole(AriaRole.Dialog);
        await Expect(move).ToContainTextAsync("Move 3 PCs to a room");
        await move.GetByLabel("Room").FillAsync("werkraum-neu");
        await move.GetByRole(AriaRole.Button, new() { Name = "Move" }).ClickAsync();
        await Expect(page.Locator("td.room").Filter(new() { HasText = "werkraum-neu" })).ToHaveCountAsync(3);

        await page.GetByLabel("Select werkraum-pc1").CheckAsync();
        await page.GetByLabel("Select werkraum-pc2").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        var question = page.GetByRole(AriaRole.Dialog);
        await Expect(question).ToContainTextAsync("Delete 2 PCs");
        await Expect(question.GetByRole(AriaRole.Listitem)).ToHaveTextAsync(["werkraum-pc1", "werkraum-pc2"]);
        await question.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(page.Locator("table.hosts tbody tr")).ToHaveCountAsync(1);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_teacher_sees_the_own_rooms_and_is_told_that_the_rest_is_not_allowed()
    {
        var page = await school.TeacherAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "r101" })).ToBeVisibleAsync();
        await Expect(page.Locator(".tiles")).ToContainTextAsync("r101-pc01");
        await Expect(page.Locator(".rail")).Not.ToContainTextAsync("Groups");

        foreach (var path in new[] { "/groups", "/people", "/import", "/system" })
        {
            await page.GotoAsync(path);
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Not allowed" })).ToBeVisibleAsync();
        }

        await page.GotoAsync("/hosts");
        await Expect(page.Locator("table.hosts")).ToContainTextAsync("r101-pc01");
        await Expect(page.Locator("table.hosts")).Not.ToContainTextAsync("r102");
        await page.GotoAsync("/hosts/r102-pc01");
        await SignIn.ReadyAsync(page);
        await Expect(page.Locator("main")).Not.ToContainTextAsync("10.16.102.1");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Language_and_darkness_stay_after_loading_anew()
    {
        var page = await school.AdministratorAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Account of admin" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Dark" }).ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await page.Locator("#person-menu").GetByRole(AriaRole.Link, new() { Name = "Deutsch" }).ClickAsync();
        // The page before is ready as well: this is the new one.
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "de");
        await SignIn.ReadyAsync(page);
        await page.ReloadAsync();
        await SignIn.ReadyAsync(page);

        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "de");
        await Expect(page.Locator(".rail")).ToContainTextAsync("Räume");
        await page.Context.CloseAsync();
    }

    private static async Task AddAsync(IPage page, string name, string mac)
    {
        await page.GotoAsync("/add-pc");
        await SignIn.ReadyAsync(page);
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await page.GetByLabel("Room", new() { Exact = true }).FillAsync("werkraum");
        await page.GetByLabel("Group", new() { Exact = true }).FillAsync("win11");
        await page.GetByLabel("MAC", new() { Exact = true }).FillAsync(mac);
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"/hosts/{name}$"));
    }

    private static Task SaveAsync(IPage page) => page.Locator(".conf-save").GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
}
