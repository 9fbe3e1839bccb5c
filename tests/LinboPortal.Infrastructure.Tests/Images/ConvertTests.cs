using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.Images.Tasks;
using LinboPortal.Infrastructure.Processes;
using LinboPortal.Infrastructure.Tests.LinboTree;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Tests.Images;

/// <summary>Disk files of other formats that somebody put into the tree.</summary>
public sealed class ConvertTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(new QemuImg().Program is null, "qemu-img is not installed");
        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        await db.ImageTasks.ExecuteDeleteAsync(Ct);
        await db.Images.ExecuteDeleteAsync(Ct);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("master.raw", "raw", false)]
    [InlineData("Windows 11.vmdk", "vmdk", true)]
    [InlineData("disk.VHDX", "vhdx", false)]
    public async Task A_disk_is_shown_as_no_image_and_becomes_one(string file, string format, bool removes)
    {
        using var tree = new ImageTree(database);
        using var rig = new TaskRig(database, tree);
        var raw = await PutAsync(tree, "fresh", file, format);
        await tree.Scan.RunAsync(Ct);
        var before = (await tree.FindAsync("fresh"))!;
        Assert.Equal((ImageState.Broken, ImageProblem.NotForLinbo, 0), (before.State, before.Problem, before.Versions.Count));
        Assert.True(before.DiskSize >= 1 << 20);

        var task = await rig.DoAsync(new ImageWish(ImageTaskKind.Convert, "fresh", File: file, RemovesSource: removes));

        Assert.Equal((ImageTaskState.Done, ImageProblem.None), (task.State, task.Problem));
        Assert.Equal(task.Size, task.Bytes);
        Assert.Equal(!removes, File.Exists(tree.At("fresh/" + file)));
        await new ProgramRun("qemu-img", ["convert", "-f", "qcow2", "-O", "raw", tree.At("fresh/fresh.qcow2"), tree.Folder.At("back")]).RunAsync(Ct);
        Assert.Equal(raw, await File.ReadAllBytesAsync(tree.Folder.At("back"), Ct));
        var info = ImageInfo.Read(await File.ReadAllBytesAsync(tree.At("fresh/fresh.qcow2.info"), Ct));
        Assert.Equal(("fresh.qcow2", (long?)new FileInfo(tree.At("fresh/fresh.qcow2")).Length), (info.Image, info.ImageSize));
        Assert.Equal(ImageState.Good, (await tree.FindAsync("fresh"))!.State);
    }

    [Fact]
    public async Task An_image_that_is_there_becomes_a_version_and_an_iso_is_left_alone()
    {
        using var tree = new ImageTree(database);
        using var rig = new TaskRig(database, tree);
        tree.WriteSet("used", "used.qcow2", "202601010000", await ImageTree.RealQcow2Async());
        tree.Write("used/live.iso", "an iso of another name");
        await PutAsync(tree, "used", "new.raw", "raw");
        await tree.Scan.RunAsync(Ct);
        Assert.Equal(ImageState.Good, (await tree.FindAsync("used"))!.State);
        Assert.Equal(["new.raw"], tree.Reader.ReadDisks(tree.Folders.Names().Single(n => n.Value == "used")).Select(d => d.File));

        Assert.Equal(ImageTaskState.Done, (await rig.DoAsync(new ImageWish(ImageTaskKind.Convert, "used", File: "new.raw"))).State);

        Assert.Equal(["", "202601010000"], (await tree.FindAsync("used"))!.Versions.Select(v => v.Folder));
        var (twice, refusal) = await rig.Wishes.BeginAsync(Core.Accounts.Person.Portal, new ImageWish(ImageTaskKind.Convert, "used", File: "live.iso"), Ct);
        Assert.Equal((null, RefusalReason.Gone), (twice, refusal!.Reason));
    }

    [Theory]
    [InlineData("../used/x.raw", RefusalReason.Gone)]
    [InlineData("only-names-others.vmdk", RefusalReason.RefersElsewhere)]
    [InlineData("link.raw", RefusalReason.Gone)]
    public async Task What_leads_elsewhere_is_refused(string file, RefusalReason reason)
    {
        using var tree = new ImageTree(database);
        using var rig = new TaskRig(database, tree);
        tree.Write("bad/only-names-others.vmdk", "# Disk DescriptorFile\nversion=1\nRW 20480 FLAT \"/etc/shadow\" 0\n");
        File.CreateSymbolicLink(tree.At("bad/link.raw"), "/etc/shadow");

        var (_, refusal) = await rig.Wishes.BeginAsync(Core.Accounts.Person.Portal, new ImageWish(ImageTaskKind.Convert, "bad", File: file), Ct);

        Assert.Equal(reason, refusal?.Reason);
    }

    [Fact]
    public async Task A_disk_that_is_none_changes_nothing_and_stays()
    {
        using var tree = new ImageTree(database);
        using var rig = new TaskRig(database, tree);
        tree.Write("odd/odd.vhdx", new string('x', 1 << 20));

        var task = await rig.DoAsync(new ImageWish(ImageTaskKind.Convert, "odd", File: "odd.vhdx", RemovesSource: true));

        Assert.Equal((ImageTaskState.Failed, ImageProblem.WrongFormat), (task.State, task.Problem));
        Assert.Equal(["odd.vhdx"], Directory.GetFileSystemEntries(tree.At("odd")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_full_disk_ends_it_and_the_original_stays_though_it_was_to_go()
    {
        using var disk = await SmallDisk.MountAsync("8m", Ct);
        Assert.SkipWhen(disk is null, "mounting is not allowed");
        using var tree = new ImageTree(database, disk!.Path);
        using var rig = new TaskRig(database, tree);
        await PutAsync(tree, "large", "large.raw", "raw", megabytes: 3);
        var (task, _) = await rig.Wishes.BeginAsync(Core.Accounts.Person.Portal, new ImageWish(ImageTaskKind.Convert, "large", File: "large.raw", RemovesSource: true), Ct);
        SmallDisk.Fill(Path.Combine(disk.Path, "filler"), 1 << 20);

        var failed = await rig.RunAsync(task!.Id);

        Assert.Equal((ImageTaskState.Failed, ImageProblem.NoSpace), (failed.State, failed.Problem));
        Assert.Matches(@"^\d+ MB are needed, \d+ MB are free$", failed.Detail);
        Assert.Equal(["large.raw"], Directory.GetFileSystemEntries(tree.At("large")).Select(Path.GetFileName));
        Assert.Empty(Directory.GetFileSystemEntries(rig.Uploads.Tasks));
        File.Delete(Path.Combine(disk.Path, "filler"));
        Assert.Equal(ImageTaskState.Done, (await rig.DoAsync(new ImageWish(ImageTaskKind.Convert, "large", File: "large.raw", RemovesSource: true))).State);
        Assert.False(File.Exists(tree.At("large/large.raw")));
    }

    [Fact]
    public async Task The_forecast_counts_what_work_added_and_not_what_it_shares()
    {
        using var disk = await SmallDisk.MountAsync("24m", Ct);
        Assert.SkipWhen(disk is null, "mounting is not allowed");
        using var tree = new ImageTree(database, disk!.Path);
        using var rig = new TaskRig(database, tree);
        await PutAsync(tree, "one", "one.raw", "raw");
        var made = await rig.DoAsync(new ImageWish(ImageTaskKind.Convert, "one", File: "one.raw"));
        var sent = await rig.UploadAsync("two.qcow2", await ImageTree.RealQcow2Async(2));
        var shared = await rig.DoAsync(new ImageWish(ImageTaskKind.Duplicate, "two", Target: "three"));

        Assert.Equal((FileFacts.Read(tree.At("one/one.qcow2"))!.DiskSize, FileFacts.Read(tree.At("two/two.qcow2"))!.DiskSize, 0), (made.Added, sent.Added, shared.Added));
        // Two within the last days count as a week.
        Assert.Equal((made.Added + sent.Added) / 7, (await rig.Outlook.ReadAsync(Ct)).Forecast?.BytesPerDay);
    }

    /// <summary>Puts a disk of random bytes into the tree, as an administrator does over the file share.</summary>
    private static async Task<byte[]> PutAsync(ImageTree tree, string image, string file, string format, int megabytes = 1)
    {
        var raw = new byte[megabytes << 20];
        new Random(5).NextBytes(raw);
        Directory.CreateDirectory(tree.At(image));
        await File.WriteAllBytesAsync(tree.Folder.At("raw"), raw, Ct);
        await new ProgramRun("qemu-img", ["convert", "-f", "raw", "-O", format, tree.Folder.At("raw"), tree.At($"{image}/{file}")]).RunAsync(Ct);
        return raw;
    }
}
