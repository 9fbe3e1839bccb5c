using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Hosts;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Tests.Hosts;

public sealed class HostsApiTests(PortalFactory portal) : IClassFixture<PortalFactory>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_host_is_added_read_changed_and_deleted()
    {
        var admin = await portal.CreateClientFor(Role.Administrator);
        var added = await admin.PostAsJsonAsync("/api/v1/hosts", Body("a-pc1", "a", "52:54:00:0a:00:01", "10.10.0.1"), Ct);
        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        var host = await JsonAsync(added);
        Assert.Equal("52:54:00:0a:00:01", host.GetProperty("macs")[0].GetString());
        var read = await admin.GetAsync("/api/v1/hosts/A-PC1", Ct);
        Assert.Equal($"\"{host.GetProperty("version").GetString()}\"", read.Headers.ETag?.Tag);
        var changed = await PutAsync(admin, "/api/v1/hosts/a-pc1", new { comment = "hinten" }, read.Headers.ETag);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        var now = await JsonAsync(changed);
        Assert.Equal(("hinten", "10.10.0.1"), (now.GetProperty("comment").GetString(), now.GetProperty("address").GetString()));
        var list = await JsonAsync(await admin.GetAsync("/api/v1/hosts?search=hinten&pageSize=10", Ct));
        Assert.Equal((1, 1, 10), (list.GetProperty("total").GetInt32(), list.GetProperty("page").GetInt32(), list.GetProperty("pageSize").GetInt32()));
        Assert.Equal(1, list.GetProperty("states").GetProperty("Unknown").GetInt32());
        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync($"/api/v1/hosts/{host.GetProperty("id").GetString()}", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync("/api/v1/hosts/a-pc1", Ct)).StatusCode);
    }

    [Fact]
    public async Task What_is_wrong_is_said_by_field_and_names_the_other_host()
    {
        var admin = await portal.CreateClientFor(Role.Administrator);
        admin.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        await admin.PostAsJsonAsync("/api/v1/hosts", Body("b-pc1", "b", "52:54:00:0b:00:01", "10.11.0.1"), Ct);
        var refused = await admin.PostAsJsonAsync("/api/v1/hosts", Body("b-pc2", "b", "52-54-00-0B-00-01", "10.11.0.1") with { Group = "x y" }, Ct);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.Contains("“x y”", (await JsonAsync(refused)).GetProperty("errors").GetProperty("group")[0].GetString(), StringComparison.Ordinal);
        var taken = (await JsonAsync(await admin.PostAsJsonAsync("/api/v1/hosts", Body("b-pc2", "b", "52-54-00-0B-00-01", "10.11.0.1"), Ct))).GetProperty("errors");
        Assert.Equal("MAC “52:54:00:0b:00:01” belongs to b-pc1 already. Choose another one, or change b-pc1 first.", taken.GetProperty("mac")[0].GetString());
        Assert.Contains("b-pc1", taken.GetProperty("address")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_overwritten_unseen()
    {
        var admin = await portal.CreateClientFor(Role.Administrator);
        var host = await JsonAsync(await admin.PostAsJsonAsync("/api/v1/hosts", Body("c-pc1", "c", "52:54:00:0c:00:01", "DHCP"), Ct));
        var version = host.GetProperty("version").GetString();
        Assert.Equal((HttpStatusCode)428, (await PutAsync(admin, "/api/v1/hosts/c-pc1", new { comment = "x" })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await PutAsync(admin, "/api/v1/hosts/c-pc1", new { comment = "first", version })).StatusCode);
        var late = await PutAsync(admin, "/api/v1/hosts/c-pc1", new { comment = "second", version });
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        Assert.Equal("first", (await JsonAsync(late)).GetProperty("current").GetProperty("comment").GetString());
        var matched = await PutAsync(admin, "/api/v1/hosts/c-pc1", new { comment = "second" }, new EntityTagHeaderValue($"\"{version}\""));
        Assert.Equal(HttpStatusCode.PreconditionFailed, matched.StatusCode);
    }

    [Fact]
    public async Task A_teacher_sees_the_own_rooms_and_changes_nothing()
    {
        var admin = await portal.CreateClientFor(Role.Administrator);
        var own = await JsonAsync(await admin.PostAsJsonAsync("/api/v1/hosts", Body("d-pc1", "d1", "52:54:00:0d:00:01", "DHCP"), Ct));
        await admin.PostAsJsonAsync("/api/v1/hosts", Body("d-pc2", "d2", "52:54:00:0d:00:02", "DHCP"), Ct);
        var teacher = await portal.CreateClientFor(Role.Teacher, own.GetProperty("roomId").GetGuid());
        var list = await JsonAsync(await teacher.GetAsync("/api/v1/hosts", Ct));
        Assert.Equal(["d-pc1"], list.GetProperty("items").EnumerateArray().Select(h => h.GetProperty("name").GetString()));
        Assert.Equal(["d1"], (await JsonAsync(await teacher.GetAsync("/api/v1/rooms", Ct))).EnumerateArray().Select(r => r.GetProperty("name").GetString()));
        var seen = await JsonAsync(await teacher.GetAsync("/api/v1/hosts/d-pc1", Ct));
        Assert.Equal(JsonValueKind.Null, seen.GetProperty("windowsKey").ValueKind);
        Assert.Equal(HttpStatusCode.NotFound, (await teacher.GetAsync("/api/v1/hosts/d-pc2", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await PutAsync(teacher, "/api/v1/hosts/d-pc1", new { comment = "x" })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await teacher.DeleteAsync("/api/v1/hosts/d-pc1", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await teacher.PostAsJsonAsync("/api/v1/hosts", Body("d-pc3", "d1", "52:54:00:0d:00:03", "DHCP"), Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await teacher.GetAsync("/api/v1/new-pcs", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await teacher.GetAsync("/api/v1/export/devices.csv", Ct)).StatusCode);
        var observer = await portal.CreateClientFor(Role.Observer);
        Assert.Equal(HttpStatusCode.OK, (await observer.GetAsync("/api/v1/hosts/d-pc2", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await observer.PostAsync("/api/v1/import/preview", null, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await portal.CreateClient().GetAsync("/api/v1/hosts", Ct)).StatusCode);
    }

    [Theory]
    [InlineData("state=nonsense", "state")]
    [InlineData("sort=nonsense", "sort")]
    [InlineData("page=0", "page")]
    [InlineData("pageSize=501", "pageSize")]
    public async Task Parameters_that_mean_nothing_are_refused(string parameters, string field)
    {
        var admin = await portal.CreateClientFor(Role.Administrator);
        var refused = await admin.GetAsync($"/api/v1/hosts?{parameters}", Ct);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.True((await JsonAsync(refused)).GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task Rooms_are_added_renamed_and_deleted_when_empty()
    {
        var admin = await portal.CreateClientFor(Role.Administrator);
        var room = await JsonAsync(await admin.PostAsJsonAsync("/api/v1/rooms", new { name = "e1", description = "Labor" }, Ct));
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.PostAsJsonAsync("/api/v1/rooms", new { name = "E1" }, Ct)).StatusCode);
        var renamed = await JsonAsync(await PutAsync(admin, "/api/v1/rooms/e1", new { name = "e2", version = room.GetProperty("version").GetString() }));
        Assert.Equal(("e2", "Labor"), (renamed.GetProperty("name").GetString(), renamed.GetProperty("description").GetString()));
        await admin.PostAsJsonAsync("/api/v1/hosts", Body("e-pc1", "e2", "52:54:00:0e:00:01", "DHCP"), Ct);
        Assert.Equal(1, (await JsonAsync(await admin.GetAsync("/api/v1/rooms/e2", Ct))).GetProperty("hosts").GetInt32());
        Assert.Equal(HttpStatusCode.Conflict, (await admin.DeleteAsync("/api/v1/rooms/e2", Ct)).StatusCode);
        await admin.DeleteAsync("/api/v1/hosts/e-pc1", Ct);
        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync("/api/v1/rooms/e2", Ct)).StatusCode);
    }

    [Fact]
    public async Task New_PCs_are_taken_in_by_a_pattern_and_keep_their_boots()
    {
        var admin = await portal.CreateClientFor(Role.Administrator);
        var macs = new[] { "52:54:00:0f:00:01", "52:54:00:0f:00:02", "52:54:00:0f:00:03" };
        await using (var db = await portal.Databases.CreateDbContextAsync(Ct))
        {
            foreach (var mac in macs.Select(MacAddress.Parse))
            {
                db.NewPcs.Add(new NewPc { Mac = mac, FirstSeenAt = TimeProvider.System.GetUtcNow(), LastSeenAt = TimeProvider.System.GetUtcNow(), Boots = 1 });
                db.BootRuns.Add(new BootRun { Mac = mac, StartedAt = TimeProvider.System.GetUtcNow(), LastStepAt = TimeProvider.System.GetUtcNow() });
            }

            await db.SaveChangesAsync(Ct);
        }

        await admin.PostAsJsonAsync("/api/v1/hosts", Body("f-pc02", "f", "52:54:00:0f:00:99", "10.15.0.254"), Ct);
        Assert.Equal(3, (await JsonAsync(await admin.GetAsync("/api/v1/new-pcs", Ct))).GetArrayLength());
        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync($"/api/v1/new-pcs/{macs[2]}", Ct)).StatusCode);
        var wanted = new { macs = macs[..2], room = "f", group = "lab1", name = "f-pc{01}", firstAddress = "10.15.0.253" };
        var preview = await JsonAsync(await admin.PostAsJsonAsync("/api/v1/new-pcs", new { wanted.macs, wanted.room, wanted.group, wanted.name, wanted.firstAddress, preview = true }, Ct));
        Assert.Equal(["f-pc01 10.15.0.253", "f-pc03 10.15.1.1"], preview.EnumerateArray().Select(p => $"{p.GetProperty("name")} {p.GetProperty("address")}"));
        Assert.Equal(2, (await JsonAsync(await admin.GetAsync("/api/v1/new-pcs", Ct))).GetArrayLength());
        Assert.Equal(HttpStatusCode.OK, (await admin.PostAsJsonAsync("/api/v1/new-pcs", wanted, Ct)).StatusCode);
        Assert.Equal(0, (await JsonAsync(await admin.GetAsync("/api/v1/new-pcs", Ct))).GetArrayLength());
        var host = await JsonAsync(await admin.GetAsync("/api/v1/hosts/f-pc03", Ct));
        Assert.Equal(("Booting", macs[1]), (host.GetProperty("state").GetString(), host.GetProperty("macs")[0].GetString()));
        await using var after = await portal.Databases.CreateDbContextAsync(Ct);
        Assert.Equal(1, await after.BootRuns.CountAsync(r => r.HostId == host.GetProperty("id").GetGuid(), Ct));
        var same = await admin.PostAsJsonAsync("/api/v1/new-pcs", new { macs = new[] { "02:00:00:00:00:01", "02:00:00:00:00:02" }, room = "f", name = "same" }, Ct);
        Assert.Equal(HttpStatusCode.BadRequest, same.StatusCode);
    }

    [Fact]
    public async Task Files_are_previewed_applied_and_exported()
    {
        var admin = await portal.CreateClientFor(Role.Administrator);
        const string Csv = "# Schule\ng1;pc1;lab1;52:54:00:10:00:01;DHCP;;;;mobile;;1;;;;Büro;\n";
        var preview = await JsonAsync(await admin.PostAsync("/api/v1/import/preview?school=real", Files(("devices.csv", Csv)), Ct));
        Assert.Equal((1, false), (preview.GetProperty("counts").GetProperty("new").GetInt32(), preview.GetProperty("hasErrors").GetBoolean()));
        var fingerprint = preview.GetProperty("fingerprint").GetString();
        var wrong = await admin.PostAsync("/api/v1/import/apply?school=real&fingerprint=abc", Files(("devices.csv", Csv)), Ct);
        Assert.Equal(HttpStatusCode.Conflict, wrong.StatusCode);
        var applied = await admin.PostAsync($"/api/v1/import/apply?school=real&fingerprint={fingerprint}", Files(("devices.csv", Csv)), Ct);
        Assert.True((await JsonAsync(applied)).GetProperty("applied").GetBoolean());
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/api/v1/hosts/real-pc1", Ct)).StatusCode);
        Assert.Equal(Csv, await admin.GetStringAsync("/api/v1/export/devices.csv?school=real", Ct));
        var none = await admin.PostAsync("/api/v1/import/apply?school=real&deleteMissing=true", Files(("devices.csv", "# none\n")), Ct);
        Assert.Equal(HttpStatusCode.Conflict, none.StatusCode);
        var number = (await JsonAsync(none)).GetProperty("preview").GetProperty("confirmDeletes").GetInt32();
        Assert.True(number > 0);
        Assert.Equal(HttpStatusCode.Conflict, (await admin.PostAsync($"/api/v1/import/apply?school=real&deleteMissing=true&confirmedDeletes={number + 1}", Files(("devices.csv", "# none\n")), Ct)).StatusCode);
        var emptied = await JsonAsync(await admin.PostAsync($"/api/v1/import/apply?school=real&deleteMissing=true&confirmedDeletes={number}", Files(("devices.csv", "# none\n")), Ct));
        Assert.Equal(number, emptied.GetProperty("counts").GetProperty("deleted").GetInt32());
        await admin.PostAsync("/api/v1/import/apply?school=real", Files(("devices.csv", Csv)), Ct);

        var broken = await admin.PostAsync("/api/v1/import/apply", Files(("devices.csv", "r;x\n")), Ct);
        Assert.Equal(HttpStatusCode.BadRequest, broken.StatusCode);
        var issue = (await JsonAsync(broken)).GetProperty("preview").GetProperty("issues")[0];
        Assert.Equal(("devices.csv", 1, "error"), (issue.GetProperty("file").GetString(), issue.GetProperty("line").GetInt32(), issue.GetProperty("severity").GetString()));
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.PostAsync("/api/v1/import/preview", null, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync("/api/v1/export/devices.csv?school=nowhere", Ct)).StatusCode);
    }

    private static NewHostBody Body(string name, string room, string mac, string address) => new(name, room, "lab1", [mac], address);

    private static MultipartFormDataContent Files(params (string Name, string Text)[] files)
    {
        var content = new MultipartFormDataContent();
        foreach (var (name, text) in files)
            content.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(text)), "files", name);
        return content;
    }

    private static async Task<HttpResponseMessage> PutAsync(HttpClient client, string path, object body, EntityTagHeaderValue? version = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(body) };
        if (version is not null)
            request.Headers.IfMatch.Add(version);
        return await client.SendAsync(request, Ct);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) => await response.Content.ReadFromJsonAsync<JsonElement>(Ct);

    private sealed record NewHostBody(string Name, string Room, string Group, string[] Macs, string Address);
}
