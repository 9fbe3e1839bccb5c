using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LinboPortal.Core.Accounts;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Tests.Accounts;

public sealed class AccountsApiTests(PortalFactory portal) : IClassFixture<PortalFactory>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_account_is_made_changed_and_deleted_and_each_time_an_audit_row_says_so()
    {
        using var admin = await portal.CreateClientFor(Role.Administrator);
        using var made = await admin.PostAsJsonAsync("/api/v1/accounts", new { userName = "vera", password = PortalFactory.Password, role = "Teacher" }, Ct);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var account = await made.Content.ReadFromJsonAsync<JsonElement>(Ct);
        Assert.Equal("Teacher", account.GetProperty("role").GetString());

        using var changed = await admin.PutAsJsonAsync("/api/v1/accounts/VERA", new { role = "Observer", version = account.GetProperty("version").GetString() }, Ct);
        Assert.Equal("Observer", (await changed.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("role").GetString());
        using var stale = await admin.PutAsJsonAsync("/api/v1/accounts/vera", new { role = "Teacher", version = account.GetProperty("version").GetString() }, Ct);
        Assert.Equal(HttpStatusCode.Conflict, stale.StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync("/api/v1/accounts/vera", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync("/api/v1/accounts/vera", Ct)).StatusCode);
        var audit = await admin.GetFromJsonAsync<JsonElement>("/api/v1/audit?search=vera", Ct);
        Assert.Equal(
            ["account.delete", "account.update", "account.create"],
            audit.GetProperty("items").EnumerateArray().Select(a => a.GetProperty("action").GetString()));
        Assert.DoesNotContain(PortalFactory.Password, audit.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vic tor", PortalFactory.Password, "userName")]
    [InlineData("", PortalFactory.Password, "userName")]
    [InlineData("victor", "short", "password")]
    [InlineData("victor", "aaaaaaaaaaaaaaaa", "password")]
    public async Task A_wrong_field_is_named_and_nothing_is_saved(string userName, string password, string field)
    {
        using var admin = await portal.CreateClientFor(Role.Administrator);

        using var answer = await admin.PostAsJsonAsync("/api/v1/accounts", new { userName, password, role = "Observer" }, Ct);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.True((await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("errors").TryGetProperty(field, out _));
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        Assert.False(await db.AuditEntries.AnyAsync(a => a.Subject == "victor", Ct));
    }

    [Fact]
    public async Task Who_is_no_administrator_manages_no_accounts()
    {
        using var observer = await portal.CreateClientFor(Role.Observer);

        Assert.Equal(HttpStatusCode.Forbidden, (await observer.GetAsync("/api/v1/accounts", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await observer.GetAsync("/api/v1/audit", Ct)).StatusCode);
    }

    [Fact]
    public async Task A_new_password_ends_tokens_and_lockout()
    {
        var account = await portal.CreateAccountAsync("wanda", Role.Observer);
        using var wanda = portal.CreateClientFor(account);
        using var admin = await portal.CreateClientFor(Role.Administrator);
        for (var i = 0; i < 5; i++)
            await admin.PostAsJsonAsync("/api/v1/auth/token", new { userName = "wanda", password = "wrong" }, Ct);

        using var set = await admin.PostAsJsonAsync("/api/v1/accounts/wanda/password", new { password = "Schulhof-im-Regen" }, Ct);
        Assert.Equal(HttpStatusCode.OK, set.StatusCode);

        Assert.Equal(HttpStatusCode.Unauthorized, (await wanda.GetAsync("/api/v1/nothing", Ct)).StatusCode);
        using var again = await admin.PostAsJsonAsync("/api/v1/auth/token", new { userName = "wanda", password = "Schulhof-im-Regen" }, Ct);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task The_own_password_is_changed_on_a_page_and_the_browser_stays_signed_in()
    {
        await portal.CreateAccountAsync("xenia", Role.Observer);
        using var visitor = new Visitor(portal);
        await visitor.SignInAsync("xenia");

        using var wrong = await ChangeAsync(visitor, "falsch");
        Assert.Contains("The current password is wrong", await Visitor.ReadAsync(wrong), StringComparison.Ordinal);
        using var right = await ChangeAsync(visitor, PortalFactory.Password);
        Assert.Contains("The password is changed", await Visitor.ReadAsync(right), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/account")).StatusCode);
    }

    private static Task<HttpResponseMessage> ChangeAsync(Visitor visitor, string current) => visitor.SubmitAsync(
        "/account", "account", ("Current", current), ("Password", "Schulhof-im-Regen"), ("Repeat", "Schulhof-im-Regen"));
}
