using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Infrastructure.Accounts;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LinboPortal.Tests.Accounts;

/// <summary>What a cookie is worth, and for how long.</summary>
public sealed class SessionTests(PortalFactory portal) : IClassFixture<PortalFactory>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_copied_cookie_is_worth_nothing_after_the_sign_out()
    {
        var (browser, cookie) = await SignInAsync(Role.Administrator);
        using var thief = Thief(cookie);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(thief));

        using var left = await browser.PostAsync("/logout", await FormAsync(browser, "/account"));

        Assert.Equal(HttpStatusCode.Redirect, left.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(thief));
    }

    [Fact]
    public async Task A_session_ends_when_nobody_used_it_for_its_lifetime()
    {
        var (browser, cookie) = await SignInAsync(Role.Administrator);
        using var http = Thief(cookie);
        await ChangeSessionAsync(cookie, s => s.SetProperty(r => r.SeenAt, r => r.SeenAt.AddHours(-11)));

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(http));
        browser.Dispose();
    }

    [Fact]
    public async Task A_session_ends_at_its_maximum_however_busy_it_is()
    {
        var (browser, cookie) = await SignInAsync(Role.Administrator);
        using var http = Thief(cookie);
        await ChangeSessionAsync(cookie, s => s.SetProperty(r => r.CreatedAt, r => r.CreatedAt.AddDays(-8)));

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(http));
        browser.Dispose();
    }

    [Fact]
    public async Task A_request_keeps_a_session_alive()
    {
        var (browser, cookie) = await SignInAsync(Role.Administrator);
        using var http = Thief(cookie);
        await ChangeSessionAsync(cookie, s => s.SetProperty(r => r.SeenAt, r => r.SeenAt.AddHours(-9)));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http));

        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        var account = cookie.Account.Id;
        var session = await db.AccountSessions.SingleAsync(s => s.AccountId == account, Ct);

        Assert.True(session.SeenAt > session.CreatedAt.AddHours(-1), $"seen at {session.SeenAt}");
        browser.Dispose();
    }

    [Fact]
    public async Task The_own_browsers_are_listed_and_ended_singly_or_all_but_one()
    {
        var (first, cookie) = await SignInAsync(Role.Teacher);
        using var second = new Visitor(portal);
        using var signedIn = await second.SignInAsync(cookie.Account.UserName!);
        using var third = new Visitor(portal);
        using var signedInToo = await third.SignInAsync(cookie.Account.UserName!);
        using var http = Thief(cookie);

        var rows = await http.GetFromJsonAsync<JsonElement[]>("/api/v1/account/sessions", Ct);
        Assert.Equal(3, rows!.Length);
        var other = rows.First(r => !r.GetProperty("isCurrent").GetBoolean());
        using (var one = await SendAsync(http, HttpMethod.Delete, $"/api/v1/account/sessions/{other.GetProperty("id").GetGuid()}"))
            Assert.Equal(HttpStatusCode.NoContent, one.StatusCode);
        Assert.Equal(2, (await http.GetFromJsonAsync<JsonElement[]>("/api/v1/account/sessions", Ct))!.Length);
        using (var all = await SendAsync(http, HttpMethod.Delete, "/api/v1/account/sessions"))
            Assert.Equal(HttpStatusCode.NoContent, all.StatusCode);

        Assert.True(Assert.Single((await http.GetFromJsonAsync<JsonElement[]>("/api/v1/account/sessions", Ct))!).GetProperty("isCurrent").GetBoolean());
        Assert.Equal(HttpStatusCode.Redirect, (await second.GetAsync("/account")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await third.GetAsync("/account")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await first.GetAsync("/account")).StatusCode);
        first.Dispose();
    }

    [Fact]
    public async Task Nobody_ends_the_browser_of_another()
    {
        var (victim, cookie) = await SignInAsync(Role.Administrator);
        var (browser, other) = await SignInAsync(Role.Administrator);
        using var http = Thief(other);
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        var account = cookie.Account.Id;
        var session = await db.AccountSessions.Where(s => s.AccountId == account).Select(s => s.Id).SingleAsync(Ct);

        using var answer = await SendAsync(http, HttpMethod.Delete, $"/api/v1/account/sessions/{session}");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await victim.GetAsync("/account")).StatusCode);
        victim.Dispose();
        browser.Dispose();
    }

    [Fact]
    public async Task The_page_of_the_own_account_ends_the_others_with_a_button()
    {
        var (browser, cookie) = await SignInAsync(Role.Observer);
        using var other = new Visitor(portal);
        using var signedIn = await other.SignInAsync(cookie.Account.UserName!);

        using var ended = await browser.PostAsync("/account/sessions/end", await FormAsync(browser, "/account"));

        Assert.Equal("/account", ended.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await other.GetAsync("/account")).StatusCode);
        browser.Dispose();
    }

    [Fact]
    public async Task A_change_of_an_account_without_a_role_leaves_its_role()
    {
        using var http = await portal.CreateClientFor(Role.Administrator);
        var account = await portal.CreateAccountAsync($"keeps{Guid.CreateVersion7():N}", Role.Administrator);

        using var answer = await http.PutAsJsonAsync($"/api/v1/accounts/{account.Id}", new { disabled = false }, Ct);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("Administrator", (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("role").GetString());
    }

    [Fact]
    public async Task Whoever_holds_a_person_of_an_open_page_may_nothing_once_the_account_lost_a_right()
    {
        var account = await portal.CreateAccountAsync($"demoted{Guid.CreateVersion7():N}", Role.Administrator);
        var watch = portal.Services.GetRequiredService<SessionWatch>();
        var page = new CircuitPrincipal(AccountPrincipals.Create(account, AccountTokens.Scheme));
        var held = page.ToPerson();
        var told = new List<Person?>();
        using var following = watch.Follow(page, now =>
        {
            page.Standing.End();
            told.Add(now?.ToPerson());
            return Task.CompletedTask;
        });
        Assert.True(held.May(Permission.JobsRunDangerous));

        await using (var db = await portal.Databases.CreateDbContextAsync(Ct))
            await db.Users.Where(a => a.Id == account.Id).ExecuteUpdateAsync(s => s.SetProperty(a => a.Role, Role.Teacher), Ct);
        await watch.LookAsync(null, Ct);

        Assert.False(held.May(Permission.JobsRun));
        Assert.Equal(Scope.Nothing, held.Scope);
        var now = Assert.Single(told)!;
        Assert.True(now.May(Permission.JobsRun));
        Assert.False(now.May(Permission.JobsRunDangerous));
    }

    private async Task<(Visitor Browser, SignedIn Cookie)> SignInAsync(Role role)
    {
        var account = await portal.CreateAccountAsync($"s{Guid.CreateVersion7():N}", role);
        var browser = new Visitor(portal);
        using var signedIn = await browser.SignInAsync(account.UserName!);
        var cookie = signedIn.Headers.GetValues("Set-Cookie").First(c => c.StartsWith("linboportal=", StringComparison.Ordinal)).Split(';')[0];
        return (browser, new SignedIn(account, cookie));
    }

    private HttpClient Thief(SignedIn signedIn)
    {
        var http = portal.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false, HandleCookies = false, BaseAddress = portal.ClientOptions.BaseAddress });
        http.DefaultRequestHeaders.Add("Cookie", signedIn.Cookie);
        return http;
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http)
    {
        using var answer = await http.GetAsync("/api/v1/accounts", Ct);
        return answer.StatusCode;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        return await http.SendAsync(request, Ct);
    }

    private static async Task<FormUrlEncodedContent> FormAsync(Visitor browser, string page)
    {
        using var answer = await browser.GetAsync(page);
        return new FormUrlEncodedContent([new("__RequestVerificationToken", Visitor.FormToken(await answer.Content.ReadAsStringAsync(Ct)))]);
    }

    private async Task ChangeSessionAsync(SignedIn signedIn, Action<Microsoft.EntityFrameworkCore.Query.UpdateSettersBuilder<AccountSession>> change)
    {
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        var account = signedIn.Account.Id;
        await db.AccountSessions.Where(s => s.AccountId == account).ExecuteUpdateAsync(change, Ct);
    }

    private sealed record SignedIn(Account Account, string Cookie);
}
