using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Tests.Accounts;

public sealed class SignInTests(PortalFactory portal) : IClassFixture<PortalFactory>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stranger_is_led_from_a_page_to_the_door_and_back_again()
    {
        await portal.CreateAccountAsync("back", Role.Administrator);
        using var visitor = new Visitor(portal);

        using var asked = await visitor.GetAsync("/?tab=1");
        Assert.Equal(HttpStatusCode.Redirect, asked.StatusCode);
        Assert.EndsWith("/login?returnUrl=%2F%3Ftab%3D1", asked.Headers.Location!.ToString(), StringComparison.Ordinal);

        using var signedIn = await visitor.SignInAsync("back", returnUrl: "/?tab=1");
        Assert.Equal("/?tab=1", signedIn.Headers.Location!.ToString());
        using var page = await visitor.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("/\t/evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("evil")]
    public async Task The_door_never_leads_out_of_the_portal(string returnUrl)
    {
        await portal.CreateAccountAsync("Out" + (uint)returnUrl.GetHashCode(StringComparison.Ordinal), Role.Observer);
        using var visitor = new Visitor(portal);

        using var signedIn = await visitor.SignInAsync("Out" + (uint)returnUrl.GetHashCode(StringComparison.Ordinal), returnUrl: returnUrl);

        Assert.Equal(HttpStatusCode.Redirect, signedIn.StatusCode);
        Assert.Equal("/", signedIn.Headers.Location!.ToString());
    }

    [Fact]
    public async Task A_program_without_credentials_gets_401_with_problem_details_and_no_redirect()
    {
        using var stranger = new Visitor(portal);

        using var answer = await stranger.GetAsync("/api/v1/nothing");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_password_is_traded_for_a_token_that_ends_with_the_account()
    {
        var account = await portal.CreateAccountAsync("script", Role.Observer);
        using var http = portal.CreateClient();
        using var answer = await http.PostAsJsonAsync("/api/v1/auth/token", new { userName = "SCRIPT", password = PortalFactory.Password }, Ct);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
        http.DefaultRequestHeaders.Authorization = new("Bearer", body.GetProperty("token").GetString());
        Assert.True(body.GetProperty("expiresAt").GetDateTimeOffset() > DateTimeOffset.UnixEpoch);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/api/v1/nothing", Ct)).StatusCode);

        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        await db.Users.Where(a => a.Id == account.Id).ExecuteDeleteAsync(Ct);

        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/api/v1/nothing", Ct)).StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("CfDJ8AAAA")]
    public async Task A_token_that_is_none_is_refused(string token)
    {
        using var http = portal.CreateClient();
        http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + token);

        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/api/v1/nothing", Ct)).StatusCode);
    }

    [Fact]
    public async Task Names_that_do_not_exist_are_limited_too()
    {
        using var http = portal.CreateClient();
        HttpStatusCode last = default;
        for (var i = 0; i < 13; i++)
            last = (await http.PostAsJsonAsync("/api/v1/auth/token", new { userName = "nobody", password = "x" }, Ct)).StatusCode;

        Assert.Equal(HttpStatusCode.TooManyRequests, last);
    }

    [Theory]
    [InlineData("/groups", HttpStatusCode.Forbidden)]
    [InlineData("/no-such-page", HttpStatusCode.NotFound)]
    public async Task Who_is_refused_still_gets_a_page_that_says_so(string path, HttpStatusCode status)
    {
        await portal.CreateAccountAsync($"refused{(int)status}", Role.Teacher);
        using var visitor = new Visitor(portal);
        await visitor.SignInAsync($"refused{(int)status}");

        using var answer = await visitor.GetAsync(path);

        Assert.Equal(status, answer.StatusCode);
        Assert.Contains("blazor.web", await Visitor.ReadAsync(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_role_counts_at_the_next_request()
    {
        var account = await portal.CreateAccountAsync("promoted", Role.Teacher);
        using var visitor = new Visitor(portal);
        await visitor.SignInAsync("promoted");
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync("/no-such-page")).StatusCode);

        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        await db.Users.Where(a => a.Id == account.Id).ExecuteUpdateAsync(s => s.SetProperty(a => a.LockoutEnd, AccountStates.Never), Ct);

        Assert.Equal(HttpStatusCode.Redirect, (await visitor.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused()
    {
        using var http = portal.CreateClient();
        using var form = new FormUrlEncodedContent([new("_handler", "login"), new("Input.UserName", "admin"), new("Input.Password", "x")]);

        using var answer = await http.PostAsync("/login", form, Ct);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Every_answer_says_that_scripts_come_from_the_portal_alone()
    {
        using var visitor = new Visitor(portal);
        foreach (var path in (string[])["/login", "/", "/api/v1/nothing"])
        {
            using var answer = await visitor.GetAsync(path);
            var policy = string.Join(';', answer.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        }
    }
}
