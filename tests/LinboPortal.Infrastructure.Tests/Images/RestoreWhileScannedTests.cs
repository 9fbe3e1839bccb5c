using LinboPortal.Core.Events;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.Images.Tasks;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Tests.Images;

public sealed class RestoreWhileScannedTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_version_that_is_put_back_while_another_portal_reads_the_tree_keeps_its_note()
    {
        Assert.SkipWhen(new QemuImg().Program is null, "qemu-img is not installed");
        using var tree = new ImageTree(database);
        using var rig = new TaskRig(database, tree);
        tree.WriteSet("swap", "swap.qcow2", "202606010000", await ImageTree.RealQcow2Async(1, 6));
        tree.WriteSet("swap/backups/202601010000", "swap.qcow2", "202601010000", await ImageTree.RealQcow2Async(1, 1));
        await tree.Scan.RunAsync(Ct);
        await using (var db = await database.Databases.CreateDbContextAsync(Ct))
            await db.ImageVersions.Where(v => v.Folder == "202601010000").ExecuteUpdateAsync(set => set.SetProperty(v => v.Note, "exam"), Ct);

        using var other = new ImageScan(database.Databases, tree.Folders, tree.Scan.Reader, new PortalEvents(), TimeProvider.System);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var scanning = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
                await other.RunAsync(Ct);
        }, Ct);
        for (var i = 0; i < 15; i++)
        {
            Assert.Equal(StoreOutcome.Done, await rig.Store.RestoreAsync("swap", "202601010000", _ => { }, Ct));
            Assert.Equal("exam", await NoteAsync(tree, ImageVersion.Current));
            Assert.Equal(StoreOutcome.Done, await rig.Store.RestoreAsync("swap", "202606010000", _ => { }, Ct));
            Assert.Equal("exam", await NoteAsync(tree, "202601010000"));
        }

        await over.CancelAsync();
        await scanning;
    }

    [Fact]
    public async Task An_image_that_is_replaced_while_another_portal_reads_the_tree_does_not_get_the_former_ones_note()
    {
        Assert.SkipWhen(new QemuImg().Program is null, "qemu-img is not installed");
        using var tree = new ImageTree(database);
        using var rig = new TaskRig(database, tree);
        using var other = new ImageScan(database.Databases, tree.Folders, tree.Scan.Reader, new PortalEvents(), TimeProvider.System);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        tree.WriteSet("new", "new.qcow2", "202501010000", await ImageTree.RealQcow2Async(1, 6));
        await tree.Scan.RunAsync(Ct);
        var scanning = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
                await other.RunAsync(Ct);
        }, Ct);
        for (var i = 0; i < 8; i++)
        {
            await using (var db = await database.Databases.CreateDbContextAsync(Ct))
                await db.ImageVersions.Where(v => v.Folder == ImageVersion.Current && db.Images.Any(x => x.Id == v.ImageId && x.Name == "new"))
                    .ExecuteUpdateAsync(set => set.SetProperty(v => v.Note, $"made {i}"), Ct);
            Assert.Equal(ImageTaskState.Done, (await rig.DoAsync(new ImageWish(ImageTaskKind.Compact, "new"))).State);
            var versions = (await tree.FindAsync("new"))!.Versions;
            Assert.Equal("", versions.Single(v => v.Folder == ImageVersion.Current).Note);
            Assert.Contains(versions, v => v.Folder != ImageVersion.Current && v.Note == $"made {i}");
        }

        await over.CancelAsync();
        await scanning;
    }

    private static async Task<string> NoteAsync(ImageTree tree, string folder) => (await tree.FindAsync("swap"))!.Versions.Single(v => v.Folder == folder).Note;
}
