using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.Images.Tasks;
using LinboPortal.Infrastructure.Processes;
using LinboPortal.Infrastructure.Tests.LinboTree;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Tests.Images;

/// <summary>Images are never copied needlessly.</summary>
public sealed class SharedBlocksTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const long Little = 1 << 20;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task On_btrfs_a_second_image_shares_its_blocks_and_so_does_what_is_written_to()
    {
        var (mounted, why) = await LoopDisk.MountAsync(Ct);
        Assert.SkipWhen(mounted is null, why);
        using var disk = mounted!;
        using var tree = await TreeAsync(disk.Path);
        using var rig = new TaskRig(database, tree);
        await AddDiffAsync(tree);
        await tree.Scan.RunAsync(Ct);
        var before = await disk.UsedAsync(Ct);

        Assert.Equal(ImageTaskState.Done, (await rig.DoAsync(new ImageWish(ImageTaskKind.Duplicate, "work", Target: "second"))).State);

        Assert.InRange(await disk.UsedAsync(Ct) - before, 0, Little);
        foreach (var ending in new[] { "qcow2", "qdiff" })
        {
            var (one, other) = (FileFacts.Read(tree.At($"work/work.{ending}"))!, FileFacts.Read(tree.At($"second/second.{ending}"))!);
            Assert.NotEqual(one.Identity, other.Identity); // what happens to one does not happen to the other
            Assert.Equal(one.Size, other.Size);
        }

        Assert.Equal(await File.ReadAllBytesAsync(tree.At("work/work.qcow2"), Ct), await File.ReadAllBytesAsync(tree.At("second/second.qcow2"), Ct));
        Assert.Equal(ImageState.Good, (await tree.FindAsync("second"))!.State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_former_set_becomes_a_version_without_a_copy(bool onBtrfs)
    {
        var (mounted, why) = onBtrfs ? await LoopDisk.MountAsync(Ct) : (null, "");
        Assert.SkipWhen(onBtrfs && mounted is null, why);
        using var disk = mounted;
        using var tree = await TreeAsync(disk?.Path);
        using var rig = new TaskRig(database, tree);
        await tree.Scan.RunAsync(Ct);
        var former = FileFacts.Read(tree.At("work/work.qcow2"))!.Identity;
        var content = await ImageTree.RealQcow2Async(2, 8);
        var before = disk is null ? 0 : await disk.UsedAsync(Ct);

        Assert.Equal(ImageTaskState.Done, (await rig.UploadAsync("work.qcow2", content)).State);

        Assert.Equal(former, FileFacts.Read(tree.At("work/backups/202601010000/work.qcow2"))!.Identity);
        if (disk is not null)
            Assert.InRange(await disk.UsedAsync(Ct) - before, 0, content.Length + Little);
    }

    [Fact]
    public async Task Where_blocks_cannot_be_shared_the_file_gets_a_second_name()
    {
        using var disk = await SmallDisk.MountAsync("24m", Ct);
        Assert.SkipWhen(disk is null, "mounting is not allowed");
        using var tree = await TreeAsync(disk!.Path);
        using var rig = new TaskRig(database, tree);
        await tree.Scan.RunAsync(Ct);

        Assert.Equal(ImageTaskState.Done, (await rig.DoAsync(new ImageWish(ImageTaskKind.Duplicate, "work", Target: "second"))).State);

        Assert.Equal(FileFacts.Read(tree.At("work/work.qcow2"))!.Identity, FileFacts.Read(tree.At("second/second.qcow2"))!.Identity);
    }

    private async Task<ImageTree> TreeAsync(string? root)
    {
        Assert.SkipWhen(new QemuImg().Program is null, "qemu-img is not installed");
        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        await db.ImageTasks.ExecuteDeleteAsync(Ct);
        await db.Images.ExecuteDeleteAsync(Ct);
        var tree = new ImageTree(database, root);
        tree.WriteSet("work", "work.qcow2", "202601010000", await ImageTree.RealQcow2Async(12, 1));
        return tree;
    }

    private static async Task AddDiffAsync(ImageTree tree)
    {
        var diff = tree.At("work/work.qdiff");
        await new ProgramRun("qemu-img", ["create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", tree.At("work/work.qcow2"), diff]).RunAsync(Ct);
        await new ProgramRun("qemu-io", ["-f", "qcow2", "-c", "write -P 5 0 8M", diff]).RunAsync(Ct);
        await new ProgramRun("qemu-img", ["rebase", "-u", "-f", "qcow2", "-F", "qcow2", "-b", "work.qcow2", diff]).RunAsync(Ct);
        tree.Write("work/work.qdiff.info", ImageTree.Info("work.qdiff", "202601020000", new FileInfo(diff).Length, "202601010000"));
    }
}
