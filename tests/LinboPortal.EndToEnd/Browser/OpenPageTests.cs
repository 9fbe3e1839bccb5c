using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LinboPortal.EndToEnd.Browser;

/// <summary>Pages that are open while their person loses rights, and with them dialogs that were opened before.</summary>
[Collection(SchoolPortal.Name)]
public sealed class OpenPageTests(SchoolPortal school)
{
    private const string Password = "Kreide-34-Landkarte";

    [Fact]
    public async Task Rights_that_are_taken_away_end_on_the_open_page_with_its_dialog_and_a_disabled_account_is_signed_out()
    {
        await school.FillAsync();
        using var api = await school.ApiAsync();
        await SendAsync(api, HttpMethod.Post, "api/v1/accounts", new { userName = "vertretung", password = Password, role = "Administrator" });
        var page = await school.OpenAsync();
        await SignIn.AsAsync(page, "vertretung", Password);
        await page.GotoAsync("/hosts?room=r102");
        await SignIn.ReadyAsync(page);
        await page.GetByLabel("Select r102-pc01").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Command…" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();

        await SendAsync(api, HttpMethod.Put, "api/v1/accounts/vertretung", new { role = "Observer" });
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Command…" })).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "r102-pc01" })).ToBeVisibleAsync();

        await SendAsync(api, HttpMethod.Put, "api/v1/accounts/vertretung", new { disabled = true });
        await Expect(page).ToHaveURLAsync(new Regex("/login"));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Signing_out_in_one_tab_ends_the_others()
    {
        await school.FillAsync();
        using var api = await school.ApiAsync();
        await SendAsync(api, HttpMethod.Post, "api/v1/accounts", new { userName = "zweitab", password = Password, role = "Observer" });
        var first = await school.OpenAsync();
        await SignIn.AsAsync(first, "zweitab", Password);
        var second = await first.Context.NewPageAsync();
        await second.GotoAsync("/hosts");
        await SignIn.ReadyAsync(second);

        await first.EvaluateAsync("document.querySelector('form[action=\"/logout\"]').submit()");

        await Expect(first).ToHaveURLAsync(new Regex("/login"));
        await Expect(second).ToHaveURLAsync(new Regex("/login"));
        await first.Context.CloseAsync();
    }

    private static async Task SendAsync(PortalApi api, HttpMethod method, string path, object body)
    {
        using var content = JsonContent.Create(body);
        await api.SendAsync(method, path, content, TestContext.Current.CancellationToken);
    }
}
