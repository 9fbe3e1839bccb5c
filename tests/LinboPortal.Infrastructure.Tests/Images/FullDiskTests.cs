using LinboPortal.Core.Accounts;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.Images.Tasks;
using LinboPortal.Infrastructure.Processes;
using LinboPortal.Infrastructure.Tests.LinboTree;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Tests.Images;

/// <summary>A real, small disk that becomes full in the middle of work.</summary>
public sealed class FullDiskTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const string Stamp = "202601010000";

    private SmallDisk disk = null!;
    private ImageTree tree = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Filler => Path.Combine(disk.Path, "filler");

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(new QemuImg().Program is null, "qemu-img is not installed");
        disk = (await SmallDisk.MountAsync("24m", Ct))!;
        Assert.SkipWhen(disk is null, "mounting is not allowed");
        await using (var db = await database.Databases.CreateDbContextAsync(Ct))
        {
            await db.ImageTasks.ExecuteDeleteAsync(Ct);
            await db.Images.ExecuteDeleteAsync(Ct);
        }

        tree = new ImageTree(database, disk!.Path);
    }

    public ValueTask DisposeAsync()
    {
        tree?.Dispose();
        disk?.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(ImageTaskKind.Compact, "convert", 0)]
    [InlineData(ImageTaskKind.Merge, "convert", 0)]
    // Converted, and then there is no room for what the version keeps.
    [InlineData(ImageTaskKind.Compact, "converted", 256 * 1024)]
    [InlineData(ImageTaskKind.Compact, "converted", 0)]
    public async Task An_image_that_is_written_anew_stays_as_it_was(ImageTaskKind kind, string when, int leave)
    {
        await WriteImageAsync(withDiff: kind == ImageTaskKind.Merge);
        await tree.Scan.RunAsync(Ct);
        var before = Snapshot("work");
        using var rig = new TaskRig(database, tree, FillingAt(when, leave));

        var failed = await rig.DoAsync(new ImageWish(kind, "work"));

        await AssertNothingHappenedAsync(rig, failed, "work", before);
        File.Delete(Filler);
        using var again = new TaskRig(database, tree);
        Assert.Equal((ImageTaskState.Done, ImageProblem.None), Ended(await again.DoAsync(new ImageWish(kind, "work"))));
        Assert.Equal(2, (await tree.FindAsync("work"))!.Versions.Count(v => v.State == ImageState.Good));
    }

    [Fact]
    public async Task A_swap_that_breaks_off_in_the_middle_keeps_its_files_and_is_ended_later()
    {
        await WriteImageAsync();
        await tree.Scan.RunAsync(Ct);
        var breaks = true;
        using var rig = new TaskRig(database, tree, step: s =>
        {
            if (breaks && s == "put work.qcow2.info")
                throw ImageSpace.FullDisk("the directory needs another block");
        });
        var (task, _) = await rig.Wishes.BeginAsync(Person.Portal, new ImageWish(ImageTaskKind.Compact, "work"), Ct);

        Assert.True(ImageSpace.IsFull(await Assert.ThrowsAsync<IOException>(() => rig.RunAsync(task!.Id))));

        Assert.Equal(ImageTaskState.Running, (await rig.Tasks.FindAsync(task!.Id, Ct))!.State);
        await tree.Scan.RunAsync(Ct);
        Assert.NotEqual(ImageState.Good, (await tree.FindAsync("work"))!.State); // half, and not shown as good
        breaks = false;
        rig.Swap.Finish(SwapPlan.Left(rig.Uploads).Single()); // as the service of uploads does
        rig.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((ImageTaskState.Done, ImageProblem.None), Ended(await rig.RunAsync(task.Id)));
        await tree.Scan.RunAsync(Ct);
        Assert.Equal(2, (await tree.FindAsync("work"))!.Versions.Count(v => v.State == ImageState.Good));
    }

    [Fact]
    public async Task A_copy_that_does_not_fit_leaves_nothing_behind()
    {
        await WriteImageAsync(withDiff: true);
        await tree.Scan.RunAsync(Ct);
        var before = Snapshot("work");
        using var rig = new TaskRig(database, tree);
        // The qdiff is copied since it is written to, the base is not; the script no more.
        SmallDisk.Fill(Filler, new FileInfo(tree.At("work/work.qdiff")).Length + 256 * 1024);

        var failed = await rig.DoAsync(new ImageWish(ImageTaskKind.Duplicate, "work", Target: "second"));

        await AssertNothingHappenedAsync(rig, failed, "work", before);
        Assert.False(Directory.Exists(tree.At("second")));
        Assert.Null(await tree.FindAsync("second"));
        File.Delete(Filler);
        Assert.Equal((ImageTaskState.Done, ImageProblem.None), Ended(await rig.DoAsync(new ImageWish(ImageTaskKind.Duplicate, "work", Target: "second"))));
        Assert.Equal(ImageState.Good, (await tree.FindAsync("second"))!.State);
    }

    [Theory]
    [InlineData("work.raw", "convert")]
    [InlineData("work.qcow2", null)]
    public async Task A_file_from_the_browser_does_not_become_half_an_image(string file, string? when)
    {
        await WriteImageAsync();
        await tree.Scan.RunAsync(Ct);
        var before = Snapshot("work");
        var content = new byte[3 << 20];
        new Random(9).NextBytes(content);
        if (file.EndsWith("qcow2", StringComparison.Ordinal))
            content = await ImageTree.RealQcow2Async(3, 9);
        using var rig = new TaskRig(database, tree, when is null ? null : FillingAt(when, 0));

        var failed = await rig.UploadAsync(file, content, () =>
        {
            if (when is null)
                SmallDisk.Fill(Filler);
        });

        await AssertNothingHappenedAsync(rig, failed, "work", before);
        File.Delete(Filler);
        using var again = new TaskRig(database, tree);
        Assert.Equal((ImageTaskState.Done, ImageProblem.None), Ended(await again.UploadAsync(file, content)));
        Assert.Equal(2, (await tree.FindAsync("work"))!.Versions.Count(v => v.State == ImageState.Good));
    }

    [Fact]
    public async Task Bytes_from_the_browser_that_fill_the_disk_are_kept_and_go_on_later()
    {
        var content = await ImageTree.RealQcow2Async(4, 3);
        using var rig = new TaskRig(database, tree);
        var (task, _) = await rig.Web.BeginAsync(Person.Portal, new NewWebUpload("web.qcow2", content.Length), Ct);
        SmallDisk.Fill(Filler, 2 << 20);

        var (outcome, kept) = await rig.Web.AppendAsync(task!.Id, 0, new MemoryStream(content), null, Ct);

        Assert.Equal(PieceOutcome.NoSpace, outcome);
        Assert.InRange(kept, 1 << 20, content.Length - 1);
        File.Delete(Filler);
        Assert.Equal((PieceOutcome.Kept, (long)content.Length), await rig.Web.AppendAsync(task.Id, kept, new MemoryStream(content[(int)kept..]), null, Ct));
        Assert.Equal((ImageTaskState.Done, ImageProblem.None), Ended(await rig.RunAsync(task.Id)));
        Assert.Equal(content, await File.ReadAllBytesAsync(tree.At("web/web.qcow2"), Ct));
    }

    [Fact]
    public async Task A_version_is_put_back_wholly_or_not_at_all()
    {
        await WriteImageAsync();
        var former = await ImageTree.RealQcow2Async(1, 7);
        tree.WriteSet("work/backups/202512010000", "work.qcow2", "202512010000", former);
        await tree.Scan.RunAsync(Ct);
        var before = Snapshot("work");
        using var rig = new TaskRig(database, tree);
        SmallDisk.Fill(Filler, 256 * 1024); // enough for the plan, not for the script that the version is to keep

        Assert.Equal(StoreOutcome.NoSpace, await rig.Store.RestoreAsync("work", "202512010000", _ => { }, Ct));

        Assert.Equal(before, Snapshot("work"));
        Assert.Empty(Directory.GetFiles(rig.Uploads.Journals));
        File.Delete(Filler);
        Assert.Equal(StoreOutcome.Done, await rig.Store.RestoreAsync("work", "202512010000", _ => { }, Ct));
        Assert.Equal(former, await File.ReadAllBytesAsync(tree.At("work/work.qcow2"), Ct));
        Assert.Equal(2, (await tree.FindAsync("work"))!.Versions.Count(v => v.State == ImageState.Good));
    }

    [Fact]
    public async Task A_script_that_cannot_be_saved_stays_as_it_was()
    {
        await WriteImageAsync();
        await tree.Scan.RunAsync(Ct);
        var before = Snapshot("work");
        using var rig = new TaskRig(database, tree);
        Assert.True(ImagePart.TryParse("work.prestart", out var part));
        SmallDisk.Fill(Filler);

        Assert.Equal(StoreOutcome.NoSpace, await rig.Store.WriteSidecarAsync(part, "echo new\n", _ => { }, Ct));

        Assert.Equal(before, Snapshot("work"));
        File.Delete(Filler);
        Assert.Equal(StoreOutcome.Done, await rig.Store.WriteSidecarAsync(part, "echo new\n", _ => { }, Ct));
        Assert.Equal("echo new\n", rig.Store.ReadSidecar(part));
    }

    [Fact]
    public async Task A_disk_on_which_no_file_can_be_made_says_so_instead_of_waiting_for_somebody()
    {
        using var few = await SmallDisk.MountAsync("1m,nr_inodes=4", Ct);
        var uploads = new UploadFolders(few!.Path);
        Directory.CreateDirectory(uploads.Turns);
        await File.WriteAllTextAsync(Path.Combine(uploads.Turns, "held"), "", Ct);
        SmallDisk.Fill(Path.Combine(few.Path, "filler"));
        var turns = new ImageTurns(uploads, TimeProvider.System);
        Assert.True(ImageName.TryParse("held", out var held) & ImageName.TryParse("work", out var work));

        using (turns.TryTake(held))
            Assert.Null(turns.TryTake(held));
        Assert.True(ImageSpace.IsFull(Assert.Throws<IOException>(() => turns.TryTake(work))));
    }

    private static (ImageTaskState, ImageProblem) Ended(ImageTask task) => (task.State, task.Problem);

    /// <summary>qemu-img, but when it is called so, or has converted, the disk becomes full.</summary>
    private QemuImg FillingAt(string command, int leave)
    {
        var script = tree.Folder.At("qemu-img");
        File.WriteAllText(
            script,
            $$"""
            #!/bin/sh
            fill() {
                cat /dev/zero > {{Filler}} 2>/dev/null
                [ {{leave}} = 0 ] || truncate -s -{{leave}} {{Filler}}
            }
            [ "$1" != {{command}} ] || fill
            {{new QemuImg().Program}} "$@"
            code=$?
            # What only reads may write nothing, and so could not fill the disk either.
            [ "$1:{{command}}" != convert:converted ] || fill
            exit $code
            """);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        return new QemuImg { Program = script };
    }

    /// <summary>An image with a long script, which a version keeps a copy of.</summary>
    private async Task WriteImageAsync(bool withDiff = false)
    {
        tree.WriteSet("work", "work.qcow2", Stamp, await ImageTree.RealQcow2Async(3, 1));
        tree.Write("work/work.postsync", new string('#', 512 * 1024));
        if (!withDiff)
            return;
        var diff = tree.At("work/work.qdiff");
        await new ProgramRun("qemu-img", ["create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", tree.At("work/work.qcow2"), diff]).RunAsync(Ct);
        await new ProgramRun("qemu-io", ["-f", "qcow2", "-c", "write -P 5 0 1M", diff]).RunAsync(Ct);
        await new ProgramRun("qemu-img", ["rebase", "-u", "-f", "qcow2", "-F", "qcow2", "-b", "work.qcow2", diff]).RunAsync(Ct);
        tree.Write("work/work.qdiff.info", ImageTree.Info("work.qdiff", "202601020000", new FileInfo(diff).Length, Stamp));
    }

    private string Snapshot(string image) => string.Join('\n', Directory.EnumerateFileSystemEntries(tree.At(image), "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
        .Order(StringComparer.Ordinal).Select(f => File.Exists(f) ? $"{f} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f)))}" : f));

    private async Task AssertNothingHappenedAsync(TaskRig rig, ImageTask task, string image, string before)
    {
        Assert.Equal((ImageTaskState.Failed, ImageProblem.NoSpace), Ended(task));
        Assert.Matches(@"^(\d+ MB are needed, \d+ MB are free|more than \d+ MB are needed)$", task.Detail);
        Assert.Equal(before, Snapshot(image));
        Assert.Empty(Directory.GetFileSystemEntries(rig.Uploads.Tasks));
        Assert.Empty(Directory.GetFileSystemEntries(rig.Uploads.Trash));
        Assert.Empty(Directory.GetFiles(rig.Uploads.Journals));
        await tree.Scan.RunAsync(Ct);
        var known = (await tree.FindAsync(image))!;
        Assert.Equal((ImageState.Good, 1), (known.State, known.Versions.Count));
    }
}
