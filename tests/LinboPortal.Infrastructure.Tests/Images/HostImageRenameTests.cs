using LinboPortal.Core.Hosts;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.Images.Tasks;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Tests.Images;

/// <summary>Which PC has which version, while images get other names.</summary>
public sealed class HostImageRenameTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Log = "logs/re-pc01_image.status";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_name_goes_along_and_the_PCs_next_report_is_taken_right()
    {
        Assert.SkipWhen(new QemuImg().Program is null, "qemu-img is not installed");
        using var tree = new ImageTree(database);
        using var rig = new TaskRig(database, tree);
        var host = await AddHostAsync();
        tree.WriteSet("win", "win.qcow2", "202611011000", await ImageTree.RealQcow2Async());
        await tree.Scan.RunAsync(Ct);
        var (before, later, last) = (Stamp(-30), Stamp(400), Stamp(401));
        tree.Folder.Write(Log, $"{before} applied: win.qcow2 202611011000\n{before} applied: win.v2.qcow2 202611011000\n{Stamp(-300)} applied: school.qcow2 202501011000\n");
        var status = new HostImageStatus(database.Databases, tree.Tree, TimeProvider.System);
        await status.RunAsync(Ct);

        Assert.Equal(ImageTaskState.Done, (await rig.DoAsync(new ImageWish(ImageTaskKind.Rename, "win", Target: "school"))).State);

        // What was known of an earlier image of that name is of no use, and another image that begins alike stays.
        string[] renamed = ["school.qcow2 202611011000", "win.v2.qcow2 202611011000"];
        Assert.Equal(renamed, await KnownAsync(host));
        // A portal that starts anew reads the PC's words of that time again.
        status = new HostImageStatus(database.Databases, tree.Tree, TimeProvider.System);
        await status.RunAsync(Ct);
        Assert.Equal(renamed, await KnownAsync(host));

        tree.Folder.Write(Log, $"{later} applied: school.qcow2 202912011000\n");
        await status.RunAsync(Ct);
        Assert.Equal(["school.qcow2 202912011000", "win.v2.qcow2 202611011000"], await KnownAsync(host));
        // A PC that did not start anew still has its image under the old name.
        tree.Folder.Write(Log, $"{last} applied: win.qcow2 202611011000\n");
        await status.RunAsync(Ct);
        Assert.Equal(["school.qcow2 202912011000", "win.qcow2 202611011000", "win.v2.qcow2 202611011000"], await KnownAsync(host));
    }

    /// <summary>A PC's word for a time before or after the rename, which is now.</summary>
    private static string Stamp(int days) => TimeProvider.System.GetUtcNow().AddDays(days).ToString("yyyyMMddHHmm", System.Globalization.CultureInfo.InvariantCulture);

    private async Task<Guid> AddHostAsync()
    {
        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        var room = new Room { School = Host.DefaultSchool, Name = "r-rename" };
        var host = new Host { School = Host.DefaultSchool, Name = "re-pc01", RoomId = room.Id };
        db.AddRange(room, host);
        await db.SaveChangesAsync(Ct);
        return host.Id;
    }

    private async Task<IReadOnlyList<string>> KnownAsync(Guid host)
    {
        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        return await db.HostImages.Where(i => i.HostId == host).OrderBy(i => i.Image).Select(i => i.Image + " " + i.Timestamp).ToListAsync(Ct);
    }
}
