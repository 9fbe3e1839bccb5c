using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Groups;
using LinboPortal.Core.Hosts;
using LinboPortal.Images;
using LinboPortal.Infrastructure.Processes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LinboPortal.Tests.Images;

public sealed class ImagesApiTests(PortalFactory portal) : IClassFixture<PortalFactory>, IAsyncLifetime
{
    private HttpClient admin = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Tree => Path.Combine(portal.DataDirectory, "linbo/images");

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Programs.Find("qemu-img") is null, "qemu-img is not installed");
        admin = await portal.CreateClientFor(Role.Administrator);
    }

    /// <summary>Each test begins without images: what one has damaged is no other one's business.</summary>
    public async ValueTask DisposeAsync()
    {
        admin?.Dispose();
        if (Directory.Exists(Tree))
        {
            foreach (var image in Directory.GetDirectories(Tree).Where(d => !Path.GetFileName(d).StartsWith('.')))
                Directory.Delete(image, recursive: true);
        }

        await using var db = await portal.Databases.CreateDbContextAsync(CancellationToken.None);
        await db.Hosts.ExecuteDeleteAsync(CancellationToken.None);
        await db.Groups.ExecuteDeleteAsync(CancellationToken.None);
        await db.Images.ExecuteDeleteAsync(CancellationToken.None);
    }

    [Fact]
    public async Task An_image_is_listed_with_its_versions_and_the_groups_that_use_it()
    {
        await MakeAsync("listed", versions: 2);
        await using (var db = await portal.Databases.CreateDbContextAsync(Ct))
        {
            db.Groups.Add(new HostGroup { School = Host.DefaultSchool, Name = "uses", Revision = 1, StartConf = "[OS]\nName = A\nBaseImage = listed.qcow2\n" });
            await db.SaveChangesAsync(Ct);
        }

        var item = (await JsonAsync("/api/v1/images?search=LIST")).GetProperty("items").EnumerateArray().Single();
        var image = await JsonAsync("/api/v1/images/listed");

        Assert.Equal(("listed", "Good", 2), (item.GetProperty("name").GetString(), item.GetProperty("state").GetString(), item.GetProperty("versions").GetInt32()));
        Assert.Equal("uses", item.GetProperty("groups")[0].GetString());
        Assert.Equal(["current", "202602010000", "202601010000"], image.GetProperty("versions").EnumerateArray().Select(v => v.GetProperty("folder").GetString()!));
        using var refused = await admin.DeleteAsync("/api/v1/images/listed", Ct);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.True(Directory.Exists(Path.Combine(Tree, "listed")));
        using var said = await admin.DeleteAsync("/api/v1/images/listed?evenInUse=true", Ct);
        Assert.Equal(HttpStatusCode.NoContent, said.StatusCode);
        Assert.False(Directory.Exists(Path.Combine(Tree, "listed")));
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync("/api/v1/images/listed", Ct)).StatusCode);
    }

    [Fact]
    public async Task A_registry_patch_in_UTF_16_is_edited_and_kept_as_that_and_no_text_is_refused()
    {
        await MakeAsync("wide", versions: 0);
        const string Address = "/api/v1/images/wide/sidecars/wide.reg";
        byte[] file = [0xff, 0xfe, .. System.Text.Encoding.Unicode.GetBytes("Windows Registry\r\n")];
        await File.WriteAllBytesAsync(Path.Combine(Tree, "wide/wide.reg"), file, Ct);
        var before = (await JsonAsync(Address)).GetProperty("text").GetString();
        Assert.Equal("Windows Registry\r\n", before);

        foreach (var text in new[] { "a\0b", "\ud800" })
        {
            using var body = new StringContent($$"""{"text":{{(text[0] == 'a' ? "\"a\\u0000b\"" : "\"\\ud800\"")}},"before":"Windows Registry\r\n"}""", System.Text.Encoding.UTF8, "application/json");
            using var broken = await admin.PutAsync(Address, body, Ct);
            Assert.Equal(HttpStatusCode.BadRequest, broken.StatusCode);
            Assert.Equal(file, await File.ReadAllBytesAsync(Path.Combine(Tree, "wide/wide.reg"), Ct));
        }

        using var noted = await admin.PatchAsJsonAsync("/api/v1/images/wide/versions/current", new { note = "a\0b" }, Ct);
        Assert.Equal(HttpStatusCode.BadRequest, noted.StatusCode);
        using var saved = await admin.PutAsJsonAsync(Address, new { text = "Windows Registry\r\n[Ä]\r\n", before }, Ct);
        Assert.Equal(HttpStatusCode.NoContent, saved.StatusCode);
        byte[] wanted = [0xff, 0xfe, .. System.Text.Encoding.Unicode.GetBytes("Windows Registry\r\n[Ä]\r\n")];
        Assert.Equal(wanted, await File.ReadAllBytesAsync(Path.Combine(Tree, "wide/wide.reg"), Ct));
        var texts = (await JsonAsync(Address + "/history")).EnumerateArray().Select(r => r.GetProperty("text").GetString()).ToList();
        Assert.Equal(["Windows Registry\r\n[Ä]\r\n", "Windows Registry\r\n"], texts);
    }

    [Fact]
    public async Task A_version_is_put_back_and_back_again_with_its_note()
    {
        await MakeAsync("back", versions: 1);
        await File.WriteAllTextAsync(Path.Combine(Tree, "back/back.postsync"), "new script\n", Ct);
        using var noted = await admin.PatchAsJsonAsync("/api/v1/images/back/versions/202601010000", new { note = "exam", pinned = true }, Ct);
        using var pinned = await admin.DeleteAsync("/api/v1/images/back/versions/202601010000", Ct);
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.Conflict), (noted.StatusCode, pinned.StatusCode));
        var (former, current) = (await File.ReadAllBytesAsync(Path.Combine(Tree, "back/backups/202601010000/back.qcow2"), Ct), await File.ReadAllBytesAsync(Path.Combine(Tree, "back/back.qcow2"), Ct));

        using var restored = await admin.PostAsync("/api/v1/images/back/versions/202601010000/restore", null, Ct);

        Assert.Equal(HttpStatusCode.NoContent, restored.StatusCode);
        Assert.Equal(former, await File.ReadAllBytesAsync(Path.Combine(Tree, "back/back.qcow2"), Ct));
        Assert.Equal(current, await File.ReadAllBytesAsync(Path.Combine(Tree, "back/backups/202606010000/back.qcow2"), Ct));
        Assert.Equal("new script\n", await File.ReadAllTextAsync(Path.Combine(Tree, "back/backups/202606010000/back.postsync"), Ct));
        var versions = (await JsonAsync("/api/v1/images/back/versions")).EnumerateArray().ToList();
        Assert.Equal(["current exam", "202606010000 "], versions.Select(v => $"{v.GetProperty("folder")} {v.GetProperty("note")}"));
        using var again = await admin.PostAsync("/api/v1/images/back/versions/202606010000/restore", null, Ct);
        Assert.Equal(HttpStatusCode.NoContent, again.StatusCode);
        Assert.Equal(current, await File.ReadAllBytesAsync(Path.Combine(Tree, "back/back.qcow2"), Ct));
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        Assert.Equal(2, await db.AuditEntries.CountAsync(a => a.Action == "image.restore" && a.Subject == "back", Ct));
    }

    [Fact]
    public async Task A_broken_version_is_not_put_back()
    {
        await MakeAsync("broken", versions: 1);
        await File.WriteAllTextAsync(Path.Combine(Tree, "broken/backups/202601010000/broken.qcow2"), "x", Ct);
        using var restored = await admin.PostAsync("/api/v1/images/broken/versions/202601010000/restore", null, Ct);
        using var elsewhere = await admin.PostAsync("/api/v1/images/broken/versions/..%2F..%2Flisted/restore", null, Ct);
        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.NotFound), (restored.StatusCode, elsewhere.StatusCode));
    }

    [Fact]
    public async Task Rules_say_what_goes_before_it_goes()
    {
        await MakeAsync("kept", versions: 4);
        var preview = await JsonAsync("/api/v1/images/kept/keep?last=1");
        var folders = preview.GetProperty("folders").EnumerateArray().Select(f => f.GetString()!).ToList();
        Assert.Equal(["202601010000", "202602010000", "202603010000"], folders);
        Assert.True(preview.GetProperty("bytes").GetInt64() > 3 * 8192);
        Assert.Equal(0, (await JsonAsync("/api/v1/images/kept/keep")).GetProperty("folders").GetArrayLength());

        using var other = await admin.PostAsJsonAsync("/api/v1/images/kept/keep/apply", new { last = 1, folders = new[] { "202601010000" } }, Ct);
        using var applied = await admin.PostAsJsonAsync("/api/v1/images/kept/keep/apply", new { last = 1, folders }, Ct);

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.NoContent), (other.StatusCode, applied.StatusCode));
        Assert.Equal(["202604010000"], Directory.GetDirectories(Path.Combine(Tree, "kept/backups")).Select(d => Path.GetFileName(d)));
    }

    [Fact]
    public async Task Each_night_goes_what_the_rules_let_go_and_never_the_current_or_a_pinned_one()
    {
        await MakeAsync("night", versions: 4);
        await MakeAsync("own", versions: 2);
        using var pinned = await admin.PatchAsJsonAsync("/api/v1/images/night/versions/202601010000", new { pinned = true }, Ct);
        using var ruled = await admin.PutAsJsonAsync("/api/v1/images/own/keep", new { last = 2 }, Ct);
        using var wrong = await admin.PutAsJsonAsync("/api/v1/image-keep", new { last = -1 }, Ct);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        using var set = await admin.PutAsJsonAsync("/api/v1/image-keep", new { last = 1 }, Ct);
        try
        {
            var all = await JsonAsync("/api/v1/image-keep");
            var going = all.GetProperty("going").EnumerateArray().Single(g => g.GetProperty("image").GetString() == "night");
            Assert.Equal(["202602010000", "202603010000"], going.GetProperty("folders").EnumerateArray().Select(f => f.GetString()!));
            Assert.DoesNotContain(all.GetProperty("going").EnumerateArray(), g => g.GetProperty("image").GetString() == "own");

            await portal.Services.GetRequiredService<KeepNight>().RunAsync(Ct);

            Assert.Equal(["202601010000", "202604010000"], Directory.GetDirectories(Path.Combine(Tree, "night/backups")).Select(d => Path.GetFileName(d)).Order());
            Assert.Equal(2, Directory.GetDirectories(Path.Combine(Tree, "own/backups")).Length);
            Assert.True(File.Exists(Path.Combine(Tree, "night/night.qcow2")));
            await using var db = await portal.Databases.CreateDbContextAsync(Ct);
            Assert.True(await db.AuditEntries.AnyAsync(a => a.Action == "image.keep.apply" && a.Subject == "night" && a.Person == "portal", Ct));
        }
        finally
        {
            using var unset = await admin.PutAsJsonAsync("/api/v1/image-keep", new { }, Ct);
        }
    }

    [Fact]
    public async Task Two_versions_are_compared_file_by_file_and_line_by_line()
    {
        await MakeAsync("two", versions: 1);
        await File.WriteAllTextAsync(Path.Combine(Tree, "two/two.postsync"), "echo new\n", Ct);
        await File.WriteAllTextAsync(Path.Combine(Tree, "two/backups/202601010000/two.postsync"), "echo old\n", Ct);
        await File.WriteAllTextAsync(Path.Combine(Tree, "two/two.prestart"), "same\n", Ct);
        await File.WriteAllTextAsync(Path.Combine(Tree, "two/backups/202601010000/two.prestart"), "same\n", Ct);
        await File.WriteAllTextAsync(Path.Combine(Tree, "two/two.qcow2.macct"), "secret", Ct);

        var compared = await JsonAsync("/api/v1/images/two/compare?old=202601010000");

        Assert.Equal(("202601010000", "current"), (compared.GetProperty("old").GetProperty("folder").GetString(), compared.GetProperty("new").GetProperty("folder").GetString()));
        var file = compared.GetProperty("files").EnumerateArray().Single();
        Assert.Equal((1 << 20, 9 << 20), (file.GetProperty("old").GetProperty("virtualSize").GetInt32(), file.GetProperty("new").GetProperty("virtualSize").GetInt32()));
        Assert.Equal(["two.postsync", "two.qcow2.info"], compared.GetProperty("texts").EnumerateArray().Select(x => x.GetProperty("name").GetString()!));
        Assert.DoesNotContain("secret", compared.ToString(), StringComparison.Ordinal);
        using var none = await admin.GetAsync("/api/v1/images/two/compare?old=209901010000", Ct);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task Where_the_space_goes_is_told_by_image_and_version_with_a_forecast()
    {
        await MakeAsync("space", versions: 2);
        await using (var db = await portal.Databases.CreateDbContextAsync(Ct))
        {
            foreach (var days in new[] { 40, 20 })
                db.ImageUploads.Add(new Core.Images.ImageUpload
                {
                    Image = "space",
                    File = "space.qcow2",
                    Address = IPAddress.Loopback,
                    StartedAt = TimeProvider.System.GetUtcNow().AddDays(-days),
                    State = Core.Images.UploadState.Taken,
                    Bytes = 4_000_000_000_000_000,
                });
            await db.SaveChangesAsync(Ct);
        }

        var space = await JsonAsync("/api/v1/image-space");

        var image = space.GetProperty("byImage").EnumerateArray().Single(i => i.GetProperty("image").GetString() == "space");
        Assert.Equal(["current", "202602010000", "202601010000"], image.GetProperty("versions").EnumerateArray().Select(v => v.GetProperty("folder").GetString()!));
        Assert.Equal(image.GetProperty("bytes").GetInt64(), image.GetProperty("versions").EnumerateArray().Sum(v => v.GetProperty("bytes").GetInt64()));
        Assert.Equal((0, true), (space.GetProperty("daysLeft").GetInt32(), space.GetProperty("isTight").GetBoolean()));
        await using (var db = await portal.Databases.CreateDbContextAsync(Ct))
            await db.ImageUploads.ExecuteDeleteAsync(Ct);
    }

    [Fact]
    public async Task Each_saved_text_of_a_script_can_be_brought_back_also_the_one_that_was_found()
    {
        await MakeAsync("scripts", versions: 0);
        await File.WriteAllTextAsync(Path.Combine(Tree, "scripts/scripts.postsync"), "by hand\n", Ct);
        const string Address = "/api/v1/images/scripts/sidecars/scripts.postsync";
        using var blind = await admin.PutAsJsonAsync(Address, new { text = "one\r\n", before = "" }, Ct);
        using var first = await admin.PutAsJsonAsync(Address, new { text = "one\r\n", before = "by hand\n" }, Ct);
        using var second = await admin.PutAsJsonAsync(Address, new { text = "", before = "one\n" }, Ct);
        using var secret = await admin.PutAsJsonAsync("/api/v1/images/scripts/sidecars/scripts.qcow2.macct", new { text = "x" }, Ct);

        var history = await JsonAsync(Address + "/history");

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.NoContent, HttpStatusCode.NoContent, HttpStatusCode.NotFound), (blind.StatusCode, first.StatusCode, second.StatusCode, secret.StatusCode));
        Assert.Equal(["", "one\n", "by hand\n"], history.EnumerateArray().Select(r => r.GetProperty("text").GetString()!));
        Assert.Equal([true, true, false], history.EnumerateArray().Select(r => r.GetProperty("savedBy").GetString()!.Length > 0));
        Assert.False(File.Exists(Path.Combine(Tree, "scripts/scripts.postsync")));
    }

    [Fact]
    public async Task A_file_is_downloaded_in_parts_and_the_machine_account_never()
    {
        await MakeAsync("down", versions: 0);
        await File.WriteAllTextAsync(Path.Combine(Tree, "down/down.qcow2.macct"), "secret", Ct);
        var whole = await File.ReadAllBytesAsync(Path.Combine(Tree, "down/down.qcow2"), Ct);
        const string Address = "/api/v1/images/down/versions/current/files/down.qcow2";
        using var head = await admin.SendAsync(new HttpRequestMessage(HttpMethod.Head, Address), Ct);
        using var ranged = new HttpRequestMessage(HttpMethod.Get, Address) { Headers = { Range = new RangeHeaderValue(100, 199), IfRange = new RangeConditionHeaderValue(head.Headers.ETag!) } };
        using var part = await admin.SendAsync(ranged, Ct);
        using var secret = await admin.GetAsync(Address + ".macct", Ct);
        using var outside = await admin.GetAsync("/api/v1/images/down/versions/current/files/..%2F..%2Fstart.conf", Ct);

        Assert.Equal((HttpStatusCode.OK, (long?)whole.Length), (head.StatusCode, head.Content.Headers.ContentLength));
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(whole[100..200], await part.Content.ReadAsByteArrayAsync(Ct));
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (secret.StatusCode, outside.StatusCode));
        using var anybody = portal.CreateClient();
        Assert.Equal(HttpStatusCode.NotFound, (await anybody.GetAsync("/linbo/images/down/down.qcow2.macct", Ct)).StatusCode);
    }

    [Fact]
    public async Task A_download_goes_on_where_it_was_cut_and_never_mixes_two_images()
    {
        await MakeAsync("again", versions: 1);
        using var read = await admin.PostAsync("/api/v1/images/again/versions/202601010000/verify", null, Ct);
        var path = Path.Combine(Tree, "again/backups/202601010000/again.qcow2");
        var whole = await File.ReadAllBytesAsync(path, Ct);
        const string Address = "/api/v1/images/again/versions/202601010000/files/again.qcow2";
        using var head = await admin.SendAsync(new HttpRequestMessage(HttpMethod.Head, Address), Ct);
        var digest = $"sha-256=:{Convert.ToBase64String(SHA256.HashData(whole))}:";
        Assert.Equal(digest, head.Headers.GetValues("Repr-Digest").Single());

        using var rest = await RestAsync();
        Assert.Equal((HttpStatusCode.PartialContent, digest), (rest.StatusCode, rest.Headers.GetValues("Repr-Digest").Single()));
        Assert.Equal(whole[1000..], await rest.Content.ReadAsByteArrayAsync(Ct));
        await File.WriteAllBytesAsync(path, whole.Append((byte)1).ToArray(), Ct);
        using var other = await RestAsync();
        Assert.Equal((HttpStatusCode.OK, false), (other.StatusCode, other.Headers.Contains("Repr-Digest")));

        async Task<HttpResponseMessage> RestAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Address) { Headers = { Range = new RangeHeaderValue(1000, null), IfRange = new RangeConditionHeaderValue(head.Headers.ETag!) } };
            return await admin.SendAsync(request, Ct);
        }
    }

    [Fact]
    public async Task Damage_that_no_date_shows_is_found_by_the_checksum()
    {
        await MakeAsync("rot", versions: 1);
        // To the second: .NET sets times less finely than the kernel keeps them.
        File.SetLastWriteTimeUtc(Path.Combine(Tree, "rot/rot.qcow2"), new DateTime(2026, 6, 1, 0, 0, 0, DateTimeKind.Utc));
        using var first = await admin.PostAsync("/api/v1/images/rot/versions/current/verify", null, Ct);
        var path = Path.Combine(Tree, "rot/rot.qcow2");
        var sum = (await JsonAsync("/api/v1/images/rot")).GetProperty("versions")[0].GetProperty("files")[0].GetProperty("sha256").GetString();
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path, Ct))), sum);
        var written = File.GetLastWriteTimeUtc(path);
        await using (var file = new FileStream(path, FileMode.Open, FileAccess.Write))
        {
            file.Position = 6000;
            file.WriteByte(0x55);
        }

        File.SetLastWriteTimeUtc(path, written);
        using var second = await admin.PostAsync("/api/v1/images/rot/versions/current/verify", null, Ct);

        Assert.Equal("Good", (await first.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("rot.qcow2").GetString());
        Assert.Equal("Damaged", (await second.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("rot.qcow2").GetString());
        var image = await JsonAsync("/api/v1/images/rot");
        Assert.Equal(("Damaged", "ChecksumDiffers"), (image.GetProperty("state").GetString(), image.GetProperty("problem").GetString()));
        Assert.Contains("put its last good version back", await admin.GetStringAsync("/ready", Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_account_is_closed_wherever_it_lies()
    {
        await MakeAsync("account", versions: 1);
        string[] files = [Path.Combine(Tree, "account/account.qcow2.macct"), Path.Combine(Tree, "account/backups/202601010000/account.qcow2.macct")];
        foreach (var file in files)
        {
            await File.WriteAllTextAsync(file, "secret", Ct);
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        await Wait.UntilAsync("both are closed to others", async () =>
        {
            using var wished = await admin.PostAsync("/api/v1/images/scan", null, Ct);
            return files.All(f => File.GetUnixFileMode(f) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        });
    }

    [Fact]
    public async Task Before_many_PCs_take_an_image_its_damage_is_found_and_told()
    {
        await MakeAsync("roll", versions: 0);
        var path = Path.Combine(Tree, "roll/roll.qcow2");
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 6, 1, 0, 0, 0, DateTimeKind.Utc));
        using var first = await admin.PostAsync("/api/v1/images/roll/versions/current/verify", null, Ct);
        await using (var db = await portal.Databases.CreateDbContextAsync(Ct))
        {
            var group = new HostGroup { School = Host.DefaultSchool, Name = "roll", Revision = 1, StartConf = "[OS]\nName = A\nBaseImage = roll.qcow2\n[OS]\nName = B\nBaseImage = none.qcow2\n" };
            var room = new Room { School = Host.DefaultSchool, Name = "rollroom" };
            db.AddRange(group, room, new Host { School = Host.DefaultSchool, Name = "roll1", RoomId = room.Id, GroupId = group.Id, PxeFlag = "1" });
            await db.ImageFiles.Where(f => f.Name == "roll.qcow2").ExecuteUpdateAsync(f => f.SetProperty(x => x.VerifiedAt, TimeProvider.System.GetUtcNow().AddDays(-2)), Ct);
            await db.SaveChangesAsync(Ct);
        }

        var written = File.GetLastWriteTimeUtc(path);
        await using (var file = new FileStream(path, FileMode.Open, FileAccess.Write))
        {
            file.Position = 6000;
            file.WriteByte(0x55);
        }

        File.SetLastWriteTimeUtc(path, written);
        var rollouts = portal.Services.GetRequiredService<RolloutImages>();
        var before = Assert.Single(await rollouts.ReadAsync(Person.Portal, "group:roll", "", "sync:1,start:1", Ct));

        await portal.Services.GetRequiredService<RolloutCheck>().CheckAsync("group:roll", "sync:1", Ct);

        var after = Assert.Single(await rollouts.ReadAsync(Person.Portal, "group:roll", "", "sync:1", Ct));
        Assert.Equal((Core.Images.ImageState.Good, Core.Images.ImageState.Damaged), (before.State, after.State));
        Assert.Equal(["none", "roll"], (await rollouts.ReadAsync(Person.Portal, "group:roll", "", "initcache", Ct)).Select(r => r.Name));
        Assert.Empty(await rollouts.ReadAsync(Person.Portal, "group:roll", "", "reboot", Ct));
    }

    [Fact]
    public async Task Teachers_see_no_images_and_observers_change_none()
    {
        await MakeAsync("closed", versions: 1);
        using var teacher = await portal.CreateClientFor(Role.Teacher);
        using var observer = await portal.CreateClientFor(Role.Observer);
        Assert.Equal(HttpStatusCode.Forbidden, (await teacher.GetAsync("/api/v1/images", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await observer.GetAsync("/api/v1/images/closed", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await observer.PostAsync("/api/v1/images/closed/versions/202601010000/restore", null, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await observer.GetAsync("/api/v1/images/closed/versions/current/files/closed.qcow2", Ct)).StatusCode);
    }

    /// <summary>An image of June and a version for each month from January on.</summary>
    private async Task MakeAsync(string name, int versions)
    {
        await WriteAsync(name, "", "202606010000", 9);
        for (var i = 1; i <= versions; i++)
            await WriteAsync(name, $"backups/20260{i}010000/", $"20260{i}010000", i);
        await Wait.UntilAsync($"the image {name} is known", async () =>
        {
            using var wished = await admin.PostAsync("/api/v1/images/scan", null, Ct);
            using var found = await admin.GetAsync($"/api/v1/images/{name}", Ct);
            return found.IsSuccessStatusCode && (await found.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("versions").GetArrayLength() == versions + 1;
        });
    }

    private async Task WriteAsync(string name, string folder, string timestamp, int megabytes)
    {
        var path = Path.Combine(Tree, name, folder, name + ".qcow2");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await new ProgramRun("qemu-img", ["create", "-q", "-f", "qcow2", path, $"{megabytes}M"]).RunAsync(Ct);
        await File.WriteAllTextAsync(
            path + ".info", $"[\"{name}.qcow2\" Info File]\ntimestamp=\"{timestamp}\"\nimage=\"{name}.qcow2\"\nimagesize=\"{new FileInfo(path).Length}\"\n", Ct);
    }

    private async Task<JsonElement> JsonAsync(string address) => await admin.GetFromJsonAsync<JsonElement>(address, Ct);
}
