using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Groups;
using LinboPortal.Infrastructure.Processes;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Tests.Images;

public sealed class ImageTaskApiTests(PortalFactory portal) : IClassFixture<PortalFactory>, IAsyncLifetime
{
    private HttpClient admin = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Tree => Path.Combine(portal.DataDirectory, "linbo/images");

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Programs.Find("qemu-img") is null, "qemu-img is not installed");
        admin = await portal.With("Distribution:Torrent:TrackerPort", "7070").CreateClientFor(Role.Administrator);
    }

    public ValueTask DisposeAsync()
    {
        admin?.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_duplicate_has_the_content_under_its_own_name_and_none_of_the_versions()
    {
        await MakeAsync("first", withDiff: true, withVersion: true);
        await File.WriteAllTextAsync(At("first/first.postsync"), "#!/bin/sh\n", Ct);
        await File.WriteAllTextAsync(At("first/first.qcow2.macct"), "secret", Ct);
        await File.WriteAllTextAsync(At("first/first.qcow2.torrent"), "of first", Ct);

        Assert.Equal("Done", (await RunAsync("first", new { kind = "Duplicate", target = "second" })).GetProperty("state").GetString());

        Assert.Equal(
            ["second.postsync", "second.qcow2", "second.qcow2.info", "second.qcow2.macct", "second.qdiff", "second.qdiff.info"],
            Directory.GetFileSystemEntries(At("second")).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));
        Assert.Equal(await File.ReadAllBytesAsync(At("first/first.qcow2"), Ct), await File.ReadAllBytesAsync(At("second/second.qcow2"), Ct));
        Assert.Contains("[\"second.qcow2\" Info File]", await File.ReadAllTextAsync(At("second/second.qcow2.info"), Ct), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(At("second/second.qcow2.macct")));
        Assert.Equal(await ContentAsync("first"), await ContentAsync("second"));
        Assert.Equal("Good", (await JsonAsync("/api/v1/images/second")).GetProperty("state").GetString());
        Assert.Equal("Good", (await JsonAsync("/api/v1/images/first")).GetProperty("state").GetString());
        using var again = await admin.PostAsJsonAsync("/api/v1/images/first/tasks", new { kind = "Duplicate", target = "second" }, Ct);
        var problem = await again.Content.ReadFromJsonAsync<JsonElement>(Ct);
        Assert.Equal((HttpStatusCode.Conflict, "target", "second"), (again.StatusCode, problem.GetProperty("field").GetString(), problem.GetProperty("value").GetString()));
    }

    [Fact]
    public async Task A_rename_takes_files_versions_notes_sums_and_groups_along()
    {
        await MakeAsync("oldname", withDiff: true, withVersion: true);
        using var noted = await admin.PatchAsJsonAsync("/api/v1/images/oldname/versions/202501010000", new { note = "exam", pinned = true }, Ct);
        using var read = await admin.PostAsync("/api/v1/images/oldname/versions/202501010000/verify", null, Ct);
        await File.WriteAllTextAsync(At("oldname/readme.txt"), "by hand", Ct);
        await using (var db = await portal.Databases.CreateDbContextAsync(Ct))
        {
            db.Groups.Add(Group("uses1", "[OS]\nName = A\nBaseImage = oldname.qcow2 # keep this\nImage = oldname.qdiff\n"));
            db.Groups.Add(Group("uses2", "[OS]\nName = A\nBaseImage = other.qcow2\n[OS]\nName = B\nBaseImage = oldname.qcow2\n"));
            db.Groups.Add(Group("other", "[OS]\nName = A\nBaseImage = oldname2.qcow2\n"));
            await db.SaveChangesAsync(Ct);
        }

        var content = await ContentAsync("oldname");
        Assert.Equal(["uses1", "uses2"], (await JsonAsync("/api/v1/images/oldname/rename")).GetProperty("groups").EnumerateArray().Select(g => g.GetString()!));
        Assert.Equal("Done", (await RunAsync("oldname", new { kind = "Rename", target = "newname" })).GetProperty("state").GetString());

        Assert.False(Directory.Exists(At("oldname")));
        Assert.Equal(content, await ContentAsync("newname"));
        Assert.True(File.Exists(At("newname/readme.txt")));
        var image = await JsonAsync("/api/v1/images/newname");
        var version = image.GetProperty("versions")[1];
        Assert.Equal(("Good", "exam", true), (image.GetProperty("state").GetString(), version.GetProperty("note").GetString(), version.GetProperty("pinned").GetBoolean()));
        Assert.NotNull(version.GetProperty("files")[0].GetProperty("sha256").GetString());
        Assert.True(image.GetProperty("diskSize").GetInt64() > 500_000, "its bytes are its own again");
        Assert.Equal("newname.qcow2", version.GetProperty("files")[0].GetProperty("name").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync("/api/v1/images/oldname", Ct)).StatusCode);
        await using var after = await portal.Databases.CreateDbContextAsync(Ct);
        var groups = await after.Groups.Where(g => g.Name == "uses1" || g.Name == "uses2" || g.Name == "other").OrderBy(g => g.Name).ToListAsync(Ct);
        Assert.Equal(
            ["other 1", "uses1 2", "uses2 2"], groups.Select(g => $"{g.Name} {g.Revision}"));
        Assert.Equal("[OS]\nName = A\nBaseImage = newname.qcow2 # keep this\nImage = newname.qdiff\n", groups[1].StartConf);
        Assert.Equal(2, await after.StartConfRevisions.CountAsync(r => r.Note == "image oldname renamed to newname", Ct));
        Assert.Equal(1, await after.AuditEntries.CountAsync(a => a.Action == "image.rename" && a.Subject == "newname", Ct));
    }

    [Fact]
    public async Task A_merged_qdiff_is_in_the_base_and_the_former_pair_is_a_version()
    {
        await MakeAsync("merged", withDiff: true, withVersion: false);
        var content = await ContentAsync("merged");

        Assert.Equal("Done", (await RunAsync("merged", new { kind = "Merge" })).GetProperty("state").GetString());

        Assert.False(File.Exists(At("merged/merged.qdiff")));
        Assert.Equal(content, await ContentAsync("merged"));
        Assert.True(File.Exists(At("merged/backups/202606010000/merged.qdiff")));
        var image = await JsonAsync("/api/v1/images/merged");
        Assert.Equal(["Good", "Good"], image.GetProperty("versions").EnumerateArray().Select(v => v.GetProperty("state").GetString()!));
        Assert.NotEqual("202606010000", image.GetProperty("versions")[0].GetProperty("files")[0].GetProperty("timestamp").GetString());
        using var again = await admin.PostAsJsonAsync("/api/v1/images/merged/tasks", new { kind = "Merge" }, Ct);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);

        Assert.Equal("Done", (await RunAsync("merged", new { kind = "Compact" })).GetProperty("state").GetString());
        Assert.Equal(content, await ContentAsync("merged"));
    }

    [Fact]
    public async Task Verifying_reads_all_and_says_what_is_damaged()
    {
        await MakeAsync("verified", withDiff: false, withVersion: false);
        var path = At("verified/verified.qcow2");
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 6, 1, 0, 0, 0, DateTimeKind.Utc));
        var good = await RunAsync("verified", new { kind = "Verify" });
        await using (var file = new FileStream(path, FileMode.Open, FileAccess.Write))
        {
            file.Position = file.Length - 10;
            file.WriteByte(0x55);
        }

        File.SetLastWriteTimeUtc(path, new DateTime(2026, 6, 1, 0, 0, 0, DateTimeKind.Utc));
        var bad = await RunAsync("verified", new { kind = "Verify" });
        Assert.Equal(["Done None", "Failed ChecksumDiffers"], new[] { good, bad }.Select(t => $"{t.GetProperty("state")} {t.GetProperty("problem")}"));
        Assert.Equal(good.GetProperty("size").GetInt64(), new FileInfo(path).Length);
    }

    [Fact]
    public async Task A_disk_file_of_another_format_is_listed_converted_and_deleted()
    {
        var content = new byte[1 << 20];
        new Random(4).NextBytes(content);
        Directory.CreateDirectory(At("foreign"));
        await File.WriteAllBytesAsync(At("foreign/master.raw"), content, Ct);
        var listed = (await JsonAsync("/api/v1/images/foreign/disks"))[0];
        Assert.Equal(("master.raw", "raw", 1 << 20), (listed.GetProperty("file").GetString(), listed.GetProperty("format").GetString(), listed.GetProperty("size").GetInt32()));

        var done = await RunAsync("foreign", new { kind = "Convert", file = "master.raw" });

        Assert.Equal(("Done", "master.raw"), (done.GetProperty("state").GetString(), done.GetProperty("file").GetString()));
        Assert.Equal("Good", (await JsonAsync("/api/v1/images/foreign")).GetProperty("state").GetString());
        using var observer = await portal.CreateClientFor(Role.Observer);
        using var forbidden = await observer.DeleteAsync(new Uri("/api/v1/images/foreign/disks/master.raw", UriKind.Relative), Ct);
        using var image = await admin.DeleteAsync(new Uri("/api/v1/images/foreign/disks/foreign.qcow2", UriKind.Relative), Ct);
        using var deleted = await admin.DeleteAsync(new Uri("/api/v1/images/foreign/disks/master.raw", UriKind.Relative), Ct);
        using var again = await admin.PostAsJsonAsync("/api/v1/images/foreign/tasks", new { kind = "Convert", file = "master.raw" }, Ct);
        Assert.Equal(
            (HttpStatusCode.Forbidden, HttpStatusCode.NotFound, HttpStatusCode.NoContent, HttpStatusCode.NotFound),
            (forbidden.StatusCode, image.StatusCode, deleted.StatusCode, again.StatusCode));
        Assert.Equal(["foreign.qcow2", "foreign.qcow2.hash", "foreign.qcow2.info", "foreign.qcow2.torrent"], Directory.GetFileSystemEntries(At("foreign")).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_torrent_is_what_other_programs_read()
    {
        Assert.SkipWhen(Programs.Find("aria2c") is null, "aria2c is not installed");
        await MakeAsync("spread", withDiff: false, withVersion: false);
        Assert.Equal("Done", (await RunAsync("spread", new { kind = "Torrent" })).GetProperty("state").GetString());

        var shown = await new ProgramRun("aria2c", ["--show-files", At("spread/spread.qcow2.torrent")]).RunAsync(Ct);
        Assert.Contains("Info Hash: " + (await File.ReadAllTextAsync(At("spread/spread.qcow2.hash"), Ct)).Trim(), shown.Output, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1:7070/announce", shown.Output, StringComparison.Ordinal);
        // It checks each piece of the file that is there and wants nothing more.
        var whole = await new ProgramRun("aria2c",
        [
            "--check-integrity=true", "--seed-time=0", "--bt-stop-timeout=2", "--enable-dht=false", "--hash-check-only=true",
            "--dir=" + At("spread"), At("spread/spread.qcow2.torrent"),
        ]).RunAsync(Ct, allowFailure: true);
        Assert.True(whole.ExitCode == 0, whole.Output + whole.Errors);
    }

    [Fact]
    public async Task What_is_stopped_leaves_the_image_as_it_was()
    {
        await MakeAsync("stopped", withDiff: false, withVersion: false);
        var before = await File.ReadAllBytesAsync(At("stopped/stopped.qcow2"), Ct);
        using var made = await admin.PostAsJsonAsync("/api/v1/images/stopped/tasks", new { kind = "Compact" }, Ct);
        using var twice = await admin.PostAsJsonAsync("/api/v1/images/stopped/tasks", new { kind = "Compact" }, Ct);
        using var stopped = await admin.DeleteAsync(made.Headers.Location, Ct);
        var task = await EndAsync(made.Headers.Location!.ToString());
        Assert.Contains(task.GetProperty("state").GetString(), new[] { "Cancelled", "Done" });
        if (task.GetProperty("state").GetString() == "Cancelled")
            Assert.Equal(before, await File.ReadAllBytesAsync(At("stopped/stopped.qcow2"), Ct));
        using var observer = await portal.CreateClientFor(Role.Observer);
        Assert.Equal(HttpStatusCode.Forbidden, (await observer.PostAsJsonAsync("/api/v1/images/stopped/tasks", new { kind = "Compact" }, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.PostAsJsonAsync("/api/v1/images/nothing/tasks", new { kind = "Compact" }, Ct)).StatusCode);
    }

    private static HostGroup Group(string name, string text) => new() { School = Host.DefaultSchool, Name = name, Revision = 1, StartConf = text };

    private string At(string path) => Path.Combine(Tree, path);

    private async Task<JsonElement> JsonAsync(string address) => await admin.GetFromJsonAsync<JsonElement>(address, Ct);

    /// <summary>What a PC would find on its partition.</summary>
    private async Task<byte[]> ContentAsync(string name)
    {
        var raw = Path.Combine(portal.DataDirectory, Guid.CreateVersion7().ToString("N"));
        var top = File.Exists(At($"{name}/{name}.qdiff")) ? "qdiff" : "qcow2";
        await new ProgramRun("qemu-img", ["convert", "-f", "qcow2", "-O", "raw", At($"{name}/{name}.{top}"), raw]).RunAsync(Ct);
        return await File.ReadAllBytesAsync(raw, Ct);
    }

    private async Task<JsonElement> RunAsync(string image, object wish)
    {
        using var made = await admin.PostAsJsonAsync($"/api/v1/images/{image}/tasks", wish, Ct);
        Assert.True(made.StatusCode == HttpStatusCode.Accepted, await made.Content.ReadAsStringAsync(Ct));
        return await EndAsync(made.Headers.Location!.ToString());
    }

    private async Task<JsonElement> EndAsync(string address)
    {
        var task = default(JsonElement);
        await Wait.UntilAsync($"{address} has ended", async () =>
        {
            task = await JsonAsync(address);
            return task.GetProperty("endedAt").ValueKind != JsonValueKind.Null;
        });
        return task;
    }

    private async Task MakeAsync(string name, bool withDiff, bool withVersion)
    {
        await BaseAsync(name, "", "202606010000", 1);
        if (withDiff)
        {
            var path = At($"{name}/{name}.qdiff");
            await new ProgramRun("qemu-img", ["create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", $"{name}.qcow2", path]).RunAsync(Ct);
            await new ProgramRun("qemu-io", ["-f", "qcow2", "-c", "write -P 0x77 65536 65536", path]).RunAsync(Ct);
            await InfoAsync(path, "202606020000", "backingfile_timestamp=\"202606010000\"\n");
        }

        if (withVersion)
            await BaseAsync(name, "backups/202501010000", "202501010000", 2);
        await Wait.UntilAsync($"the image {name} is known", async () =>
        {
            using var wished = await admin.PostAsync("/api/v1/images/scan", null, Ct);
            using var found = await admin.GetAsync($"/api/v1/images/{name}", Ct);
            return found.IsSuccessStatusCode && (await found.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("versions").GetArrayLength() == (withVersion ? 2 : 1);
        });
    }

    private async Task BaseAsync(string name, string folder, string timestamp, int seed)
    {
        var path = Path.Combine(Tree, name, folder, name + ".qcow2");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var raw = new byte[1 << 20];
        new Random(seed).NextBytes(raw.AsSpan(0, 1 << 19));
        var source = Path.Combine(portal.DataDirectory, Guid.CreateVersion7().ToString("N"));
        await File.WriteAllBytesAsync(source, raw, Ct);
        await new ProgramRun("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", source, path]).RunAsync(Ct);
        await InfoAsync(path, timestamp, "");
    }

    private static Task InfoAsync(string path, string timestamp, string more) => File.WriteAllTextAsync(
        path + ".info", $"[\"{Path.GetFileName(path)}\" Info File]\ntimestamp=\"{timestamp}\"\nimage=\"{Path.GetFileName(path)}\"\nimagesize=\"{new FileInfo(path).Length}\"\n{more}", Encoding.ASCII, Ct);
}
