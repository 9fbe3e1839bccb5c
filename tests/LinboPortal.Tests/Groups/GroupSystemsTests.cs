using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LinboPortal.Core.Accounts;

namespace LinboPortal.Tests.Groups;

/// <summary>Settings of a group for Linux and Windows on its PCs, over HTTP.</summary>
public sealed class GroupSystemsTests(PortalFactory portal) : IClassFixture<PortalFactory>
{
    private const string Linux = """{"systems":[{"system":"Linux","user":"portal","port":2022,"haltCommand":"sudo -n systemctl poweroff","rebootCommand":"sudo -n systemctl reboot"}]}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task They_are_kept_by_who_may_edit_groups_and_each_field_that_is_wrong_is_named()
    {
        var admin = await portal.CreateClientFor(Role.Administrator);
        (await admin.PostAsJsonAsync("/api/v1/groups", new { name = "sysgroup" }, Ct)).EnsureSuccessStatusCode();
        Assert.Equal("""{"systems":[]}""", await admin.GetStringAsync("/api/v1/groups/sysgroup/systems", Ct));
        Assert.Equal(HttpStatusCode.OK, (await PutAsync(admin, Linux)).StatusCode);
        Assert.Equal(Linux, await admin.GetStringAsync("/api/v1/groups/sysgroup/systems", Ct));
        var refused = await PutAsync(admin, """{"systems":[{"system":"Windows","user":"a b;c","port":0,"haltCommand":"","rebootCommand":"shutdown /r\ndel x"}]}""");
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var errors = (await refused.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("errors");
        Assert.Equal(["windows.haltCommand", "windows.port", "windows.rebootCommand", "windows.user"], errors.EnumerateObject().Select(e => e.Name).Order());
        Assert.Equal(Linux, await admin.GetStringAsync("/api/v1/groups/sysgroup/systems", Ct));
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync("/api/v1/groups/none/systems", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await PutAsync(await portal.CreateClientFor(Role.Teacher), Linux)).StatusCode);
        Assert.StartsWith("ssh-ed25519 ", (await admin.GetFromJsonAsync<JsonElement>("/api/v1/system-key", Ct)).GetProperty("publicKey").GetString(), StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> PutAsync(HttpClient client, string body) =>
        client.PutAsync("/api/v1/groups/sysgroup/systems", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Ct);
}
