using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LinboPortal.Core;
using LinboPortal.Core.Accounts;

namespace LinboPortal.Tests.Api;

/// <summary>A NUL, half a character or a number beyond all bounds, anywhere: never an error of the server's.</summary>
public sealed class BrokenTextTests(PortalFactory portal) : IClassFixture<PortalFactory>
{
    private static readonly string[] Strange = ["%00", "a%00b", "%ED%A0%80", "99999999999999999999", "2147483647", "-1", "%F0%9F%92%A9", "%25%27%22%3B"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api/v1/hosts?search=%00")]
    [InlineData("/api/v1/hosts?Room=%00")]
    [InlineData("/api/v1/hosts?Group=a%00")]
    [InlineData("/api/v1/hosts?School=%00")]
    [InlineData("/api/v1/groups?search=%00")]
    [InlineData("/api/v1/images?search=%00")]
    [InlineData("/api/v1/jobs?Search=%00")]
    [InlineData("/api/v1/jobs?CreatedBy=%00")]
    [InlineData("/api/v1/audit?search=%00")]
    [InlineData("/api/v1/accounts?search=%00")]
    public async Task A_list_finds_nothing_by_a_NUL(string address)
    {
        using var admin = await portal.CreateClientFor(Role.Administrator);
        var found = await admin.GetFromJsonAsync<JsonElement>(address, Ct);
        Assert.Equal(0, (found.ValueKind == JsonValueKind.Array ? found : Rows(found)).GetArrayLength());
    }

    [Theory]
    [InlineData("/api/v1/jobs", """{"target":"host:pc\u00001","commands":"sync:1"}""", "target")]
    [InlineData("/api/v1/jobs", """{"target":"all","commands":"sync:1","note":"\ud800"}""", "note")]
    [InlineData("/api/v1/hosts", """{"name":"pc1","macs":["\u0000"]}""", "macs[0]")]
    [InlineData("/api/v1/hosts", """{"name":7}""", "name")]
    [InlineData("/api/v1/rooms", "{", "body")]
    public async Task A_body_with_broken_text_is_refused_with_its_field(string address, string body, string field)
    {
        using var admin = await portal.CreateClientFor(Role.Administrator);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await admin.PostAsync(address, content, Ct);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
        Assert.Equal(field, Assert.Single(problem.GetProperty("errors").EnumerateObject()).Name);
    }

    [Theory]
    [InlineData("""{"userName":"a\u0000","password":"x"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"userName":"a","password":"x\ud800"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"userName":"nobody","password":"x"}""", HttpStatusCode.Unauthorized)]
    public async Task Signing_in_with_broken_text_is_no_error(string body, HttpStatusCode expected)
    {
        using var stranger = portal.CreateClient();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await stranger.PostAsync("/api/v1/auth/token", content, Ct);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Whatever_stands_in_a_query_or_a_path_no_read_of_the_API_fails()
    {
        using var admin = await portal.CreateClientFor(Role.Administrator);
        var api = await admin.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Ct);
        List<string> failed = [];
        foreach (var (path, get) in Operations(api, "get"))
        {
            if (path.Contains("/events", StringComparison.Ordinal) || path.EndsWith("/stream", StringComparison.Ordinal))
                continue; // sockets and streams are no reads
            foreach (var parameter in Parameters(get).Append((Name: "", In: "none")))
            {
                // A NUL in a path is refused before the portal sees it, by Kestrel as by the server of these tests.
                foreach (var value in Strange.Where(v => parameter.In != "path" || !v.Contains("%00", StringComparison.Ordinal)))
                {
                    var address = Fill(path, parameter, value);
                    using var answer = await admin.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, Ct);
                    if ((int)answer.StatusCode >= 500)
                        failed.Add($"{(int)answer.StatusCode} {address}");
                }
            }
        }

        Assert.True(failed.Count == 0, string.Join('\n', failed));
    }

    [Fact]
    public async Task Whatever_stands_in_a_body_no_change_through_the_API_fails()
    {
        using var admin = await portal.CreateClientFor(Role.Administrator);
        var api = await admin.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Ct);
        List<string> failed = [];
        foreach (var method in new[] { "post", "put", "patch" })
        {
            foreach (var (path, operation) in Operations(api, method))
            {
                if (!operation.TryGetProperty("requestBody", out var body) || !body.GetProperty("content").TryGetProperty("application/json", out var json))
                    continue;
                foreach (var text in Bodies(api, json.GetProperty("schema")))
                {
                    using var request = new HttpRequestMessage(new HttpMethod(method), Fill(path, ("", "none"), "x")) { Content = new StringContent(text, Encoding.UTF8, "application/json") };
                    using var answer = await admin.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
                    if ((int)answer.StatusCode >= 500)
                        failed.Add($"{(int)answer.StatusCode} {method} {path} {text}");
                }
            }
        }

        Assert.True(failed.Count == 0, string.Join('\n', failed));
    }

    [Fact]
    public void Half_a_character_and_NUL_are_broken_whole_ones_are_not()
    {
        Assert.False(BrokenText.IsIn("Zwölf 😀"));
        Assert.True(BrokenText.IsIn("a\0"));
        Assert.True(BrokenText.IsIn("\ud83d"));
        Assert.True(BrokenText.IsIn("\ude00\ud83d"));
        Assert.Equal("a\uFFFDb😀\uFFFD", BrokenText.Replace("a\0b😀\ud83d"));
    }

    private static JsonElement Rows(JsonElement answer) => answer.EnumerateObject().First(p => p.Value.ValueKind == JsonValueKind.Array).Value;

    private static IEnumerable<(string Path, JsonElement Operation)> Operations(JsonElement api, string method) =>
        api.GetProperty("paths").EnumerateObject().Where(p => p.Value.TryGetProperty(method, out _)).Select(p => (p.Name, p.Value.GetProperty(method)));

    private static IEnumerable<(string Name, string In)> Parameters(JsonElement operation) =>
        operation.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray().Select(p => (p.GetProperty("name").GetString()!, p.GetProperty("in").GetString()!)) : [];

    private static string Fill(string path, (string Name, string In) parameter, string value)
    {
        var filled = string.Join('/', path.Split('/').Select(part => !part.Contains('{', StringComparison.Ordinal) ? part
            : parameter.In == "path" && part.Contains(parameter.Name, StringComparison.Ordinal) ? value : "01a22ed9-3320-7ff4-b562-d82e9accd5a5"));
        return parameter.In == "query" ? $"{filled}?{parameter.Name}={value}" : filled;
    }

    /// <summary>A body for each property with a NUL, half a character, a number beyond all bounds, in it, and in its lists.</summary>
    private static IEnumerable<string> Bodies(JsonElement api, JsonElement schema)
    {
        while (schema.TryGetProperty("$ref", out var reference))
            schema = api.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]);
        if (!schema.TryGetProperty("properties", out var properties))
            yield break;
        foreach (var property in properties.EnumerateObject())
        {
            foreach (var value in new[] { "\"\\u0000\"", "\"a\\u0000\"", "\"\\ud800\"", "[\"\\u0000\"]", "{\"\\u0000\":\"\\u0000\"}", "99999999999999999999", "-2147483648", "null" })
                yield return $"{{{JsonValue.Create(property.Name).ToJsonString()}:{value}}}";
        }
    }
}
