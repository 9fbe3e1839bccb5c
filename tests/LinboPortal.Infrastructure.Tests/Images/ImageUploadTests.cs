using LinboPortal.Core.Events;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.Tests.Distribution;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace LinboPortal.Infrastructure.Tests.Images;

public sealed class ImageUploadTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly Lazy<Task<byte[]>> FirstImage = new(() => ImageTree.RealQcow2Async(1, 1));
    private static readonly Lazy<Task<byte[]>> SecondImage = new(() => ImageTree.RealQcow2Async(2, 2));
    private RsyncRig rig = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(new QemuImg().Program is null, "qemu-img is not installed");
        rig = await RsyncRig.StartAsync(database);
    }

    public async ValueTask DisposeAsync()
    {
        if (rig is not null)
            await rig.DisposeAsync();
        await using var db = await database.Databases.CreateDbContextAsync(CancellationToken.None);
        await db.Images.ExecuteDeleteAsync(CancellationToken.None);
        await db.ImageUploads.ExecuteDeleteAsync(CancellationToken.None);
    }

    [Fact]
    public async Task An_uploaded_image_is_whole_or_not_there_and_the_former_one_is_a_version()
    {
        await rig.AddHostAsync("up-pc1", "127.0.2.1");
        var pc = new UploadingPc(rig, "127.0.2.1");
        pc.Make("win10.qcow2", "202611251200", await FirstImage.Value, desc: "202611251200: first");
        Assert.All(await pc.UploadAsync("win10.qcow2"), r => Assert.Equal(0, r.ExitCode));
        var first = await CurrentAsync("win10", "202611251200");
        Write("win10/win10.postsync", "#!/bin/sh\n");
        Write("win10/win10.qcow2.macct", "secret");
        await rig.Until(async () => (await CurrentAsync("win10", "202611251200")).Versions[0].Note == "first", "the description comes after its image and is its note");

        pc.Make("win10.qcow2", "202612011200", await SecondImage.Value);
        File.Delete(Path.Combine(pc.Cache, "win10.qcow2.desc"));
        await pc.UploadAsync("win10.qcow2");
        var second = await CurrentAsync("win10", "202612011200");

        Assert.Equal(await SecondImage.Value, await File.ReadAllBytesAsync(At("win10/win10.qcow2"), Ct));
        Assert.Equal(await FirstImage.Value, await File.ReadAllBytesAsync(At("win10/backups/202611251200/win10.qcow2"), Ct));
        Assert.Equal(
            ["win10.postsync", "win10.qcow2", "win10.qcow2.desc", "win10.qcow2.info", "win10.qcow2.macct"], NamesIn("win10/backups/202611251200"));
        Assert.Equal(["win10.postsync", "win10.qcow2", "win10.qcow2.info"], NamesIn("win10"));
        Assert.Equal(Sha256(await FirstImage.Value), first.Versions[0].Files[0].Sha256);
        Assert.Equal(Sha256(await FirstImage.Value), second.Versions[1].Files[0].Sha256);
        Assert.Equal(("up-pc1", "up-pc1", ImageState.Good), (second.Versions[0].Host, second.Versions[1].Host, second.State));
        Assert.Equal(2, await CountUploadsAsync(UploadState.Taken));
        Assert.Empty(Directory.GetFileSystemEntries(rig.Images.Uploads.Sets));
        Assert.Empty(Directory.GetFiles(rig.Images.Uploads.Journals));
    }

    [Fact]
    public async Task What_is_registered_at_a_PC_is_a_proposal_and_the_next_PCs_example()
    {
        var intake = new RegistrationIntake(database.Databases, rig.Images.Uploads, rig.Tree, rig.Images.Events, TimeProvider.System);
        var pc = new UploadingPc(rig, "127.0.2.9");
        async Task<int> RegisterAsync(string name, string text)
        {
            await File.WriteAllTextAsync(Path.Combine(pc.Cache, name), text, Ct);
            return (await pc.SendAsync(name, name)).ExitCode;
        }

        Assert.Equal(0, await RegisterAsync("r9-pc01.new", "r9;r9-pc01;win10;52:54:00:99:00:01;10.16.9.1;;;;classroom-studentcomputer;;1\n"));
        Assert.Equal(0, await RegisterAsync("evil.new", "$(halt);../../x;`id`;no mac;;;;;;;\n"));
        Assert.Equal(0, await RegisterAsync("flood.new", new string('a', 100_000)));
        Assert.NotEqual(0, await RegisterAsync("bad name.new", "r9;x;y;52:54:00:99:00:02\n"));
        Assert.NotEqual(0, (await pc.SendAsync("evil.new", "images/evil/evil.new")).ExitCode);
        await rig.Until(() => Task.FromResult(Directory.GetFiles(rig.Images.Uploads.New).Length == 2 && Directory.GetFiles(rig.Images.Uploads.In).Length == 0), "both wait");
        await intake.RunAsync(Ct);

        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        var proposed = await db.NewPcs.SingleAsync(Ct);
        Assert.Equal(("r9-pc01", "r9", "win10", "10.16.9.1", "127.0.2.9"), (proposed.WantedName, proposed.WantedRoom, proposed.WantedGroup, proposed.WantedAddress!.ToString(), proposed.Address!.ToString()));
        Assert.NotNull(proposed.WantedAt);
        Assert.Equal("r9;r9-pc01;win10;52:54:00:99:00:01;10.16.9.1;;;;classroom-studentcomputer;;1\n", await File.ReadAllTextAsync(rig.Tree.PathOf("last_registered"), Ct), ignoreCase: true);
        Assert.Equal(0, (await rig.GetAsync("127.0.2.9", "linbo/last_registered")).ExitCode);
        Assert.Empty(Directory.GetFiles(rig.Images.Uploads.New));
        await db.NewPcs.ExecuteDeleteAsync(Ct);
    }

    [Fact]
    public async Task The_way_from_the_client_to_the_event_is_told_step_by_step()
    {
        var pc = new UploadingPc(rig, "127.0.2.2");
        pc.Make("told.qcow2", "202611251200", await FirstImage.Value);
        await pc.UploadAsync("told.qcow2");
        await CurrentAsync("told", "202611251200");

        List<PortalEvent> heard = [];
        await rig.Until(
            () =>
            {
                while (rig.Images.Heard.Reader.TryRead(out var next))
                    heard.Add(next);
                return Task.FromResult(heard.OfType<PortalEvent.ImageCreated>().Any());
            },
            "image.created");
        var states = heard.OfType<PortalEvent.ImageUploaded>().Where(e => e.File == "told.qcow2").Select(e => e.State).Distinct().ToList();
        Assert.Equal(UploadState.Receiving, states[0]);
        Assert.Contains(UploadState.Taken, states);
    }

    [Fact]
    public async Task A_new_base_takes_the_qdiff_away_that_was_made_on_the_old_one()
    {
        var pc = new UploadingPc(rig, "127.0.2.3");
        var qdiff = ImageTree.Qcow2(backing: "base.qcow2");
        pc.Make("base.qcow2", "202611251200", await FirstImage.Value);
        await pc.UploadAsync("base.qcow2");
        await CurrentAsync("base", "202611251200");
        await MakeQdiffAsync(pc, "base", "202611261200", "202611251200");
        await pc.UploadAsync("base.qdiff");
        await rig.Until(() => Task.FromResult(File.Exists(At("base/base.qdiff.info"))), "the qdiff");

        pc.Make("base.qcow2", "202612011200", await SecondImage.Value);
        await pc.UploadAsync("base.qcow2");
        await CurrentAsync("base", "202612011200");

        Assert.Equal(["base.qcow2", "base.qcow2.info"], NamesIn("base"));
        Assert.Equal(["base.qcow2", "base.qcow2.info", "base.qdiff", "base.qdiff.info"], NamesIn("base/backups/202611251200"));
        Assert.NotEmpty(qdiff);
    }

    [Fact]
    public async Task A_qdiff_of_another_base_is_not_taken()
    {
        var pc = new UploadingPc(rig, "127.0.2.4");
        pc.Make("other.qcow2", "202611251200", await FirstImage.Value);
        await pc.UploadAsync("other.qcow2");
        await CurrentAsync("other", "202611251200");
        await MakeQdiffAsync(pc, "other", "202611261200", "202001010000");
        await pc.UploadAsync("other.qdiff");

        Assert.Equal(ImageProblem.QdiffOfOtherBase, (await FailedAsync("other.qdiff")).Problem);
        Assert.Equal(["other.qcow2", "other.qcow2.info"], NamesIn("other"));
    }

    [Theory]
    [InlineData("short", ImageProblem.SizeDiffers)]
    [InlineData("corrupt", ImageProblem.CheckFailed)]
    [InlineData("raw", ImageProblem.WrongFormat)]
    [InlineData("spy", ImageProblem.RefersElsewhere)]
    [InlineData("noinfo", ImageProblem.InfoUnreadable)]
    public async Task What_is_no_good_leaves_everything_as_it_was_and_its_row_says_why(string what, ImageProblem problem)
    {
        var pc = new UploadingPc(rig, "127.0.2.5");
        pc.Make("keep.qcow2", "202611251200", await FirstImage.Value);
        await pc.UploadAsync("keep.qcow2");
        var before = await CurrentAsync("keep", "202611251200");

        var bad = (byte[])(await SecondImage.Value).Clone();
        if (what == "corrupt")
            Array.Fill(bad, (byte)0xee, 65536, 65536);
        pc.Make("keep.qcow2", "202612011200", what switch
        {
            "raw" => new byte[100_000],
            "spy" => ImageTree.Qcow2(70_000, backing: "/etc/passwd"),
            _ => bad,
        });
        if (what == "short")
            await File.WriteAllBytesAsync(Path.Combine(pc.Cache, "keep.qcow2"), bad[..^5000], Ct);
        if (what == "noinfo")
            await File.WriteAllTextAsync(Path.Combine(pc.Cache, "keep.qcow2.info"), "nothing\n", Ct);
        await pc.UploadAsync("keep.qcow2");

        Assert.Equal(problem, (await FailedAsync("keep.qcow2")).Problem);
        Assert.Equal(await FirstImage.Value, await File.ReadAllBytesAsync(At("keep/keep.qcow2"), Ct));
        Assert.Equal(["keep.qcow2", "keep.qcow2.info"], NamesIn("keep"));
        Assert.Equal(before.Version, (await FindAsync("keep"))!.Version);
        Assert.Empty(Directory.GetFileSystemEntries(rig.Images.Uploads.Sets));
    }

    [Fact]
    public async Task A_second_PC_is_refused_with_a_word_while_the_first_one_uploads()
    {
        var first = new UploadingPc(rig, "127.0.2.6");
        var second = new UploadingPc(rig, "127.0.2.7");
        first.Make("room.qcow2", "202611251200", await FirstImage.Value);
        second.Make("room.qcow2", "202611251300", await SecondImage.Value);
        second.Make("free.qcow2", "202611251300", await SecondImage.Value);
        Assert.Equal(0, (await first.SendAsync("room.qcow2")).ExitCode);

        var refused = await second.SendAsync("room.qcow2");
        var other = await second.SendAsync("free.qcow2");
        await first.SendAsync("room.qcow2.info");

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("the PC 127.0.2.6 is uploading this image", refused.Output + refused.Errors, StringComparison.Ordinal);
        Assert.Equal(0, other.ExitCode);
        await CurrentAsync("room", "202611251200");
        Assert.Equal(ImageProblem.Locked, (await FailedAsync("room.qcow2")).Problem);
    }

    [Fact]
    public async Task What_came_while_the_portal_was_down_is_taken_in_at_its_next_start()
    {
        var pc = new UploadingPc(rig, "127.0.2.8");
        pc.Make("down.qcow2", "202611251200", await FirstImage.Value, desc: "x");
        await rig.StopHooksAsync();
        await rig.Images.StopAsync();

        Assert.All(await pc.UploadAsync("down.qcow2"), r => Assert.Equal(0, r.ExitCode));
        Assert.False(Directory.Exists(At("down")));
        await rig.Images.StartAsync();
        await rig.StartHooksAsync();

        await CurrentAsync("down", "202611251200");
        await rig.Until(() => Task.FromResult(File.Exists(At("down/down.qcow2.desc"))), "the description");
        await rig.Until(async () => await CountUploadsAsync(UploadState.Taken) == 1, "the upload's row");
        Assert.Equal(1, await CountUploadsAsync(null));
    }

    [Fact]
    public async Task The_catalogue_knows_of_an_image_although_the_database_went_away_while_it_was_taken_in()
    {
        var isAway = false;
        await rig.Images.StopAsync();
        await rig.Images.StartAsync(step =>
        {
            if (step != "end" || isAway)
                return;
            isAway = true;
            Rename("image_versions", "away");
        });
        var pc = new UploadingPc(rig, "127.0.2.20");
        pc.Make("gone.qcow2", "202611251200", await FirstImage.Value);

        Assert.All(await pc.UploadAsync("gone.qcow2"), r => Assert.Equal(0, r.ExitCode));
        await rig.Until(() => Task.FromResult(isAway && !Directory.EnumerateFileSystemEntries(rig.Images.Uploads.Sets).Any()), "the files are there");
        Rename("away", "image_versions");

        await CurrentAsync("gone", "202611251200");
    }

    private void Rename(string table, string name)
    {
        using var connection = database.Source.OpenConnection();
        using var command = new NpgsqlCommand($"alter table {table} rename to {name}", connection);
        command.ExecuteNonQuery();
    }

    [Fact]
    public async Task An_upload_that_was_cut_off_goes_on_where_it_ended()
    {
        var pc = new UploadingPc(rig, "127.0.2.9");
        var content = await ImageTree.RealQcow2Async(8, 9);
        pc.Make("resume.qcow2", "202611251200", content);
        using (var cut = new CancellationTokenSource())
        {
            var sending = new Infrastructure.Processes.ProgramRun("rsync", pc.Arguments("resume.qcow2", "images/resume/resume.qcow2", "--bwlimit=2000"))
            {
                Environment = new Dictionary<string, string> { ["RSYNC_PASSWORD"] = RsyncRig.Password },
            }.RunAsync(cut.Token, allowFailure: true);
            await rig.Until(() => Task.FromResult(Partial("resume") > 1 << 20), "a megabyte");
            await cut.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        }

        Assert.Equal(ImageProblem.Aborted, (await FailedAsync("resume.qcow2")).Problem);
        Assert.False(Directory.Exists(At("resume")));
        var kept = Partial("resume");
        Assert.True(kept > 1 << 20);

        var again = await pc.SendAsync("resume.qcow2", "images/resume/resume.qcow2", "--stats");
        await pc.SendAsync("resume.qcow2.info");

        await CurrentAsync("resume", "202611251200");
        Assert.Equal(content, await File.ReadAllBytesAsync(At("resume/resume.qcow2"), Ct));
        var matched = System.Text.RegularExpressions.Regex.Match(again.Output, @"Matched data: ([\d,]+)").Groups[1].Value.Replace(",", "", StringComparison.Ordinal);
        Assert.True(long.Parse(matched, System.Globalization.CultureInfo.InvariantCulture) > 1 << 19);
    }

    [Fact]
    public async Task An_image_never_goes_with_the_info_of_another_one()
    {
        var pc = new UploadingPc(rig, "127.0.2.14");
        var (first, second) = (await ImageTree.RealQcow2Async(4, 21), await ImageTree.RealQcow2Async(4, 22));
        Assert.Equal(first.Length, second.Length);
        pc.Make("pair.qcow2", "202611251200", first);
        await pc.SendAsync("pair.qcow2");
        await rig.Until(() => Task.FromResult(rig.Images.HasArrived("pair.qcow2")), "the first one is there");

        pc.Make("pair.qcow2", "202612011200", second);
        using (var cut = new CancellationTokenSource())
        {
            var sending = new Infrastructure.Processes.ProgramRun("rsync", pc.Arguments("pair.qcow2", "images/pair/pair.qcow2", "--bwlimit=2000"))
            {
                Environment = new Dictionary<string, string> { ["RSYNC_PASSWORD"] = RsyncRig.Password },
            }.RunAsync(cut.Token, allowFailure: true);
            await rig.Until(() => Task.FromResult(Partial("pair") > 1 << 18), "its beginning");
            await cut.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        }

        await pc.SendAsync("pair.qcow2.info");

        Assert.Empty(Directory.GetFileSystemEntries(rig.Images.Uploads.Sets));
        Assert.False(File.Exists(At("pair/pair.qcow2")));
        await pc.UploadAsync("pair.qcow2");
        await CurrentAsync("pair", "202612011200");
        Assert.Equal(second, await File.ReadAllBytesAsync(At("pair/pair.qcow2"), Ct));
    }

    [Fact]
    public async Task Names_that_are_no_image_are_refused()
    {
        string[] names =
        [
            "images/evil/evil.qcow2.macct", "images/evil/evil.postsync", "images/evil/other.qcow2", "images/evil/backups/x/evil.qcow2", "images/tmp/tmp.qcow2", "images/.upload/.upload.qcow2", "images/evil/.evil.qcow2.abc",
            "images/-rf/-rf.qcow2", "images/a b/a b.qcow2", "images/$(touch x)/$(touch x).qcow2", "images/*/evil.qcow2", "images/../start.conf.lab", "start.conf.lab", "linbo64", "linbocmd/pc1.cmd", "images/evil/", "",
        ];
        var pc = new UploadingPc(rig, "127.0.2.10");
        pc.Make("evil.qcow2", "202611251200", await FirstImage.Value);

        foreach (var path in names)
            Assert.False((await pc.SendAsync("evil.qcow2", path)).ExitCode == 0, path);

        Assert.Empty(Directory.GetFiles(rig.Images.Uploads.In, "*", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFileSystemEntries(rig.Images.Uploads.Series));
        Assert.False(Directory.Exists(At("evil")));
    }

    [Fact]
    public async Task Links_and_directories_are_no_image()
    {
        var pc = new UploadingPc(rig, "127.0.2.11");
        File.CreateSymbolicLink(Path.Combine(pc.Cache, "link.qcow2"), "/etc/passwd");
        Directory.CreateDirectory(Path.Combine(pc.Cache, "dir.qcow2/inner"));
        await File.WriteAllTextAsync(Path.Combine(pc.Cache, "dir.qcow2/inner/f"), "x", Ct);
        await pc.SendAsync("link.qcow2");
        await pc.SendAsync("dir.qcow2");
        await rig.Until(() => Task.FromResult(!Directory.Exists(Path.Combine(rig.Images.Uploads.In, "images/dir"))), "the directory goes");

        Assert.False(rig.Images.HasArrived("link.qcow2") || rig.Images.HasArrived("dir.qcow2"));
        Assert.False(File.Exists(Path.Combine(rig.Images.Uploads.In, "images/link/link.qcow2")));
    }

    [Fact]
    public async Task Nobody_reads_what_is_on_its_way()
    {
        var pc = new UploadingPc(rig, "127.0.2.12");
        pc.Make("way.qcow2", "202611251200", await FirstImage.Value);
        await pc.SendAsync("way.qcow2");
        await rig.Until(() => Task.FromResult(rig.Images.HasArrived("way.qcow2")), "it has arrived");

        foreach (var path in new[] { Path.GetRelativePath(rig.Tree.Root, rig.Images.Arrived("way.qcow2").Single()), "images/.upload/", "images/.upload/in/" })
            Assert.NotEqual(0, (await rig.GetAsync("127.0.2.13", "linbo/" + path)).ExitCode);
        Assert.False(rig.Tree.TryResolveServable(Path.GetRelativePath(rig.Tree.Root, rig.Images.Arrived("way.qcow2").Single()), out _));
    }

    private static async Task MakeQdiffAsync(UploadingPc pc, string name, string timestamp, string backing)
    {
        var path = Path.Combine(pc.Cache, name + ".qdiff");
        await new Infrastructure.Processes.ProgramRun("qemu-img", ["create", "-f", "qcow2", "-F", "qcow2", "-b", $"{name}.qcow2", path]).RunAsync(Ct);
        await File.WriteAllTextAsync(path + ".info", ImageTree.Info(name + ".qdiff", timestamp, new FileInfo(path).Length, backing), Ct);
    }

    private long Partial(string name)
    {
        var directory = new DirectoryInfo(Path.Combine(rig.Images.Uploads.In, "images", name));
        return !directory.Exists ? 0
            : directory.EnumerateFiles("*", new EnumerationOptions { AttributesToSkip = FileAttributes.None }).Select(f => f.Length).DefaultIfEmpty().Max();
    }

    private string At(string path) => Path.Combine(rig.Images.Folders.Root, path);

    private void Write(string path, string text) => File.WriteAllText(At(path), text);

    private string[] NamesIn(string path) => [.. Directory.GetFiles(At(path)).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    private static string Sha256(byte[] content) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));

    private async Task<Image?> FindAsync(string name)
    {
        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        return await db.Images.Include(i => i.Versions.OrderBy(v => v.Folder)).ThenInclude(v => v.Files.OrderBy(f => f.Name)).AsSplitQuery()
            .FirstOrDefaultAsync(i => i.Name == name, Ct);
    }

    private async Task<Image> CurrentAsync(string name, string timestamp)
    {
        Image? found = null;
        await rig.Until(
            async () => (found = await FindAsync(name))?.Versions is [{ Folder: "" } current, ..] && current.Files.FirstOrDefault()?.Timestamp == timestamp,
            $"{name} of {timestamp}: {await WhyAsync()}");
        return found!;
    }

    private async Task<string> WhyAsync()
    {
        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        return string.Join("; ", (await db.ImageUploads.ToListAsync(Ct)).Select(u => $"{u.File} {u.State} {u.Problem} {u.Detail}"));
    }

    private async Task<ImageUpload> FailedAsync(string file)
    {
        ImageUpload? failed = null;
        await rig.Until(
            async () =>
            {
                await using var db = await database.Databases.CreateDbContextAsync(Ct);
                failed = await db.ImageUploads.Where(u => u.File == file && u.State == UploadState.Failed).FirstOrDefaultAsync(Ct);
                return failed is not null;
            },
            "a failed upload");
        return failed!;
    }

    private async Task<int> CountUploadsAsync(UploadState? state)
    {
        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        return await db.ImageUploads.CountAsync(u => state == null || u.State == state, Ct);
    }
}
