using System.Text.Json;
using Microsoft.Playwright;

namespace LinboPortal.EndToEnd.Browser;

/// <summary>Each page can be used by everybody: WCAG 2 A and AA by axe-core, in both languages, light and dark, and on a phone.</summary>
[Collection(SchoolPortal.Name)]
public sealed class EverybodyTests(SchoolPortal school)
{
    private const int Phone = 390;

    // A colour on its way from light to dark is neither.
    private const string Settled =
        "theme => document.documentElement.dataset.theme === theme && document.getAnimations().every(a => a.playState !== 'running' || a.effect.getTiming().iterations === Infinity)";

    private static readonly string Axe = Path.Combine(Repository.Root, "LinboPortal/Shell/assets/node_modules/axe-core/axe.min.js");

    private static readonly string[] Pages =
    [
        "/", "/rooms", "/rooms/r101", "/hosts", "/hosts?search=nothing", "/hosts/r101-pc01", "/hosts/r101-pc01/edit", "/hosts/r102-pc03?tab=jobs", "/hosts/r102-pc03?tab=logs",
        "/hosts/r102-pc03?tab=hardware", "/jobs", "/jobs?search=nothing", "/jobs/1", "/jobs/1?pc=r102-pc08", "/jobs/2?view=timeline", "/add-pc", "/new-pcs", "/import", "/groups",
        "/groups/win11", "/groups/win11?tab=revisions", "/new-group", "/boot", "/boot/dhcp", "/boot/drift", "/people", "/audit", "/people/add",
        "/images", "/images/win11", "/images/half", "/images/nothing", "/image-space", "/image-of-pc", "/hosts/r101-pc01/image", "/schedules", "/schedules/new", "/schedules/holidays", "/system", "/system/logs",
        "/account", "/no-such-page",
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // Each page by day and by night, once: the words differ in language, the colours in theme, and together they only take twice as long.
    [Theory]
    [InlineData("de", ColorScheme.Light)]
    [InlineData("en", ColorScheme.Dark)]
    public async Task No_page_keeps_anybody_out(string language, ColorScheme theme)
    {
        var page = await school.AdministratorAsync(language);
        await page.EmulateMediaAsync(new() { ColorScheme = theme });
        var script = await File.ReadAllTextAsync(Axe, Ct);
        var room = await RoomAsync("r101");
        var faults = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.Contains("404", StringComparison.Ordinal))
                faults.Add($"{page.Url}: the browser complains: {message.Text}");
        };
        foreach (var path in Pages.Select(p => p.Replace("/rooms/r101", $"/rooms/{room}", StringComparison.Ordinal)))
        {
            await LoadAsync(page, path);
            await page.WaitForFunctionAsync(Settled, theme == ColorScheme.Dark ? "dark" : "light");
            await page.EvaluateAsync(script);
            faults.AddRange(await FaultsAsync(page, $"{path} {language} {theme}"));
        }

        await page.Context.CloseAsync();
        Assert.True(faults.Count == 0, string.Join("\n", faults));
    }

    // In German, whose words are the longer ones.
    [Fact]
    public async Task No_page_is_wider_than_a_phone()
    {
        var page = await school.AdministratorAsync("de");
        await page.SetViewportSizeAsync(Phone, 844);
        var room = await RoomAsync("r101");
        var wide = new List<string>();
        foreach (var path in Pages.Select(p => p.Replace("/rooms/r101", $"/rooms/{room}", StringComparison.Ordinal)))
        {
            await LoadAsync(page, path);
            if (await page.EvaluateAsync<int>("document.documentElement.scrollWidth") is > Phone and var width)
                wide.Add($"{path}: {width} px");
        }

        await page.Context.CloseAsync();
        Assert.True(wide.Count == 0, string.Join("\n", wide));
    }

    [Fact]
    public async Task The_pictures_of_the_docs_show_what_is_there()
    {
        var page = await school.AdministratorAsync();
        foreach (var (name, path) in new[] { ("dashboard", "/"), ("room", $"/rooms/{await RoomAsync("r102")}"), ("hosts", "/hosts"), ("group", "/groups/win11"), ("job", "/jobs/2?pc=r102-pc15") })
        {
            await LoadAsync(page, path);
            await page.Mouse.MoveAsync(0, 0);
            await Pictures.TakeAsync(page, name);
        }

        await page.Context.CloseAsync();
    }

    /// <summary>Opens a page and waits until what it shows is there.</summary>
    private static async Task LoadAsync(IPage page, string path)
    {
        await page.GotoAsync(path);
        if (path != "/account")
            await SignIn.ReadyAsync(page);
        await page.Locator("h1").First.WaitForAsync();
        await page.WaitForFunctionAsync("() => document.querySelector('.skeleton') === null");
    }

    private static async Task<IEnumerable<string>> FaultsAsync(IPage page, string place)
    {
        var found = await page.EvaluateAsync<JsonElement>("async () => (await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'], resultTypes: ['violations'] })).violations.map(v => `${v.id}: ${v.nodes.length} x ${v.nodes[0].html.slice(0, 200)}`)");
        return found.EnumerateArray().Select(f => $"{place}: {f.GetString()}");
    }

    private async Task<string> RoomAsync(string name)
    {
        using var api = await school.ApiAsync();
        return (await api.GetAsync($"api/v1/rooms/{name}", Ct)).GetProperty("id").GetString()!;
    }
}
