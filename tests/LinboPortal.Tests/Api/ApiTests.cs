using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LinboPortal.Core.Accounts;

namespace LinboPortal.Tests.Api;

public sealed class ApiTests(PortalFactory portal) : IClassFixture<PortalFactory>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/openapi/v1.json")]
    [InlineData("/docs/")]
    public async Task The_description_of_the_API_is_for_those_who_are_signed_in(string path)
    {
        using var stranger = portal.CreateClient(new() { AllowAutoRedirect = false });
        using var asked = await stranger.GetAsync(path, Ct);
        Assert.NotEqual(HttpStatusCode.OK, asked.StatusCode);

        using var teacher = await portal.CreateClientFor(Role.Teacher);
        using var answer = await teacher.GetAsync(path, Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task The_reference_loads_nothing_from_elsewhere_and_its_script_carries_the_nonce_of_the_policy()
    {
        using var teacher = await portal.CreateClientFor(Role.Teacher);
        using var answer = await teacher.GetAsync("/docs/", Ct);
        var html = await answer.Content.ReadAsStringAsync(Ct);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        var nonce = policy.Split("'nonce-")[1].Split('\'')[0];

        Assert.Contains($"nonce=\"{nonce}\"", System.Net.WebUtility.HtmlDecode(html), StringComparison.Ordinal); // a plus sign is written as an entity
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_API_answers_is_kept_in_no_cache()
    {
        using var teacher = await portal.CreateClientFor(Role.Teacher);
        foreach (var path in new[] { "/api/v1/hosts", "/api/v1/jobs", "/api/v1/account/sessions", "/api/v1/accounts" })
        {
            using var answer = await teacher.GetAsync(path, Ct);
            Assert.True(answer.Headers.CacheControl?.NoStore, path);
        }
    }

    [Fact]
    public async Task The_description_names_the_token_and_says_how_to_send_it()
    {
        using var teacher = await portal.CreateClientFor(Role.Teacher);

        var document = await teacher.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Ct);

        Assert.True(document.GetProperty("paths").TryGetProperty("/api/v1/auth/token", out _));
        Assert.Equal("bearer", document.GetProperty("components").GetProperty("securitySchemes").GetProperty("Bearer").GetProperty("scheme").GetString());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("[1]")]
    public async Task A_body_that_makes_no_sense_is_answered_with_problem_details(string body)
    {
        using var http = portal.CreateClient();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var answer = await http.PostAsync("/api/v1/auth/token", content, Ct);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.DoesNotContain(" at ", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }
}
