using LinboPortal.Core.Events;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Tests.Images;

public sealed class ImageScanTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly ImageTree tree = new(database);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        tree.Dispose();
        await using var db = await database.Databases.CreateDbContextAsync(CancellationToken.None);
        await db.Images.ExecuteDeleteAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Images_with_their_versions_are_found_in_the_tree()
    {
        tree.WriteSet("win10", "win10.qcow2", "202611251200", ImageTree.Qcow2());
        tree.WriteSet("win10", "win10.qdiff", "202611261200", ImageTree.Qcow2(9000, backing: "win10.qcow2"), "202611251200");
        tree.Write("win10/win10.postsync", "#!/bin/sh\n");
        tree.WriteSet("win10/backups/202611251200", "win10.qcow2", "202610010800", ImageTree.Qcow2(9999));
        tree.Write("live/live.iso", new byte[100]);
        tree.Write("live/live.iso.info", ImageTree.Info("live.iso", "202601010000", 100));

        await tree.Scan.RunAsync(Ct);

        var win10 = await tree.FindAsync("win10");
        Assert.Equal((ImageState.Good, ImageProblem.None, 8192L + 9000, Utc(2026, 11, 25, 12)), (win10!.State, win10.Problem, win10.Size, win10.MadeAt));
        Assert.Equal(["", "202611251200"], win10.Versions.Select(v => v.Folder));
        Assert.Equal(Utc(2026, 10, 1, 8), win10.Versions[1].MadeAt);
        Assert.Equal(["win10.qcow2", "win10.qdiff"], win10.Versions[0].Files.Select(f => f.Name));
        var file = win10.Versions[0].Files[0];
        Assert.Equal(("qcow2", 1L << 20, "202611251200", "/dev/sda1"), (file.Format, file.VirtualSize, file.Timestamp, file.Partition));
        Assert.Equal(ImageState.Good, (await tree.FindAsync("live"))!.State);
        Assert.Equal(2, tree.TakeNews().OfType<PortalEvent.ImageCreated>().Count());
    }

    [Fact]
    public async Task A_second_look_changes_nothing_and_tells_nothing()
    {
        tree.WriteSet("win10", "win10.qcow2", "202611251200", ImageTree.Qcow2());
        await tree.Scan.RunAsync(Ct);
        var before = await tree.FindAsync("win10");
        tree.TakeNews();

        await tree.Scan.RunAsync(Ct);

        var after = await tree.FindAsync("win10");
        Assert.Equal((before!.Id, before.Version, before.Versions[0].Version), (after!.Id, after.Version, after.Versions[0].Version));
        Assert.Empty(tree.TakeNews());
    }

    [Theory]
    [InlineData("noinfo", ImageState.Incomplete, ImageProblem.NoInfo)]
    [InlineData("noimage", ImageState.Incomplete, ImageProblem.NoImage)]
    [InlineData("short", ImageState.Broken, ImageProblem.SizeDiffers)]
    [InlineData("empty", ImageState.Broken, ImageProblem.WrongFormat)]
    [InlineData("rubbish", ImageState.Broken, ImageProblem.InfoUnreadable)]
    [InlineData("other", ImageState.Broken, ImageProblem.InfoOfOther)]
    [InlineData("refers", ImageState.Broken, ImageProblem.RefersElsewhere)]
    [InlineData("olddiff", ImageState.Broken, ImageProblem.QdiffOfOtherBase)]
    public async Task Broken_and_half_images_are_shown_and_hinder_nobody(string name, ImageState state, ImageProblem problem)
    {
        var file = name + ".qcow2";
        tree.WriteSet(name, file, "202611251200", name == "refers" ? ImageTree.Qcow2(backing: "/etc/shadow") : ImageTree.Qcow2());
        switch (name)
        {
            case "noinfo": File.Delete(tree.At($"{name}/{file}.info")); break;
            case "noimage": File.Delete(tree.At($"{name}/{file}")); break;
            case "short": tree.Write($"{name}/{file}", ImageTree.Qcow2(5000)); break;
            case "empty": tree.Write($"{name}/{file}", ""); break;
            case "rubbish": tree.Write($"{name}/{file}.info", "\0\u00ff=\n[\""); break;
            case "other": tree.Write($"{name}/{file}.info", ImageTree.Info("x.qcow2", "202611251200", 8192)); break;
            case "olddiff": tree.WriteSet(name, name + ".qdiff", "202611261200", ImageTree.Qcow2(backing: file), "202001010000"); break;
            default: break;
        }

        tree.WriteSet("good", "good.qcow2", "202611251200", ImageTree.Qcow2());
        Directory.CreateDirectory(tree.At("with blank"));
        Directory.CreateDirectory(tree.At("tmp"));

        await tree.Scan.RunAsync(Ct);

        var image = await tree.FindAsync(name);
        Assert.Equal((state, problem), (image!.State, image.Problem));
        Assert.Equal(ImageState.Good, (await tree.FindAsync("good"))!.State);
    }

    [Fact]
    public async Task What_a_person_wrote_stays_and_what_is_known_of_a_content_moves_with_it()
    {
        tree.WriteSet("win10", "win10.qcow2", "202611251200", ImageTree.Qcow2());
        await tree.Scan.RunAsync(Ct);
        var key = FileFacts.Read(tree.At("win10/win10.qcow2"))!.Key;
        await using (var db = await database.Databases.CreateDbContextAsync(Ct))
        {
            await db.ImageVersions.ExecuteUpdateAsync(v => v.SetProperty(x => x.Note, "exam").SetProperty(x => x.Pinned, true), Ct);
            await db.ImageFiles.ExecuteUpdateAsync(f => f.SetProperty(x => x.Sha256, "ab").SetProperty(x => x.Sha256Of, key), Ct);
        }

        Directory.CreateDirectory(tree.At("win10/backups/202611251200"));
        foreach (var name in new[] { "win10.qcow2", "win10.qcow2.info" })
            File.Move(tree.At("win10/" + name), tree.At("win10/backups/202611251200/" + name));
        tree.WriteSet("win10", "win10.qcow2", "202612011200", ImageTree.Qcow2(10000));
        await tree.Scan.RunAsync(Ct);

        var image = await tree.FindAsync("win10");
        Assert.Null(image!.Versions[0].Files[0].Sha256);
        Assert.Equal("exam", image.Versions[0].Note);
        Assert.Equal("ab", image.Versions[1].Files[0].Sha256);
    }

    [Fact]
    public async Task What_is_gone_from_the_tree_is_gone_from_the_rows()
    {
        tree.WriteSet("win10", "win10.qcow2", "202611251200", ImageTree.Qcow2());
        tree.WriteSet("win10/backups/202610010800", "win10.qcow2", "202610010800", ImageTree.Qcow2());
        tree.WriteSet("old", "old.qcow2", "202611251200", ImageTree.Qcow2());
        await tree.Scan.RunAsync(Ct);
        Directory.Delete(tree.At("old"), true);
        Directory.Delete(tree.At("win10/backups"), true);

        await tree.Scan.RunAsync(Ct);

        Assert.Null(await tree.FindAsync("old"));
        Assert.Single((await tree.FindAsync("win10"))!.Versions);
        Assert.Equal("old", Assert.Single(tree.TakeNews().OfType<PortalEvent.ImageDeleted>()).Image);
    }

    [Fact]
    public async Task A_good_image_that_turns_bad_raises_an_alarm_once()
    {
        tree.WriteSet("win10", "win10.qcow2", "202611251200", ImageTree.Qcow2());
        await tree.Scan.RunAsync(Ct);
        tree.Write("win10/win10.qcow2", ImageTree.Qcow2(5000));
        await tree.Scan.RunAsync(Ct);
        await tree.Scan.RunAsync(Ct);

        var alarm = Assert.Single(tree.TakeNews().OfType<PortalEvent.ImageDamaged>());
        Assert.Equal(("win10", "", "win10.qcow2", ImageProblem.SizeDiffers), (alarm.Image, alarm.Folder, alarm.File, alarm.Problem));
    }

    [Fact]
    public async Task Files_that_share_their_content_cost_their_room_once()
    {
        tree.WriteSet("win10", "win10.qcow2", "202611251200", new byte[1 << 20]);
        tree.Write("win10/backups/202610010800/win10.qcow2.info", "x");
        using (var link = System.Diagnostics.Process.Start("ln", [tree.At("win10/win10.qcow2"), tree.At("win10/backups/202610010800/win10.qcow2")]))
            await link.WaitForExitAsync(Ct);

        await tree.Scan.RunAsync(Ct);

        Assert.InRange((await tree.FindAsync("win10"))!.Versions[1].DiskSize, 1, 65536);
    }

    [Fact]
    public async Task Qemu_img_is_asked_once_for_each_content()
    {
        Assert.SkipWhen(new QemuImg().Program is null, "qemu-img is not installed");
        tree.WriteSet("real", "real.qcow2", "202611251200", await ImageTree.RealQcow2Async());
        tree.WriteSet("fake", "fake.qcow2", "202611251200", ImageTree.Qcow2(70000));
        tree.WriteSet("spy", "spy.qcow2", "202611251200", ImageTree.Qcow2(backing: "/etc/shadow"));
        await tree.Scan.RunAsync(Ct);
        var look = new ImageLook(database.Databases, tree.Folders, new QemuImg());

        var bad = await look.RunAsync(Ct);
        await tree.Scan.RunAsync(Ct);

        var real = (await tree.FindAsync("real"))!.Versions[0].Files[0];
        Assert.Equal(("qcow2", 1L << 20, ImageState.Good), (real.Format, real.VirtualSize, real.State));
        Assert.Equal(["fake"], bad);
        Assert.Equal((ImageState.Broken, ImageProblem.WrongFormat), ((await tree.FindAsync("fake"))!.State, (await tree.FindAsync("fake"))!.Problem));
        Assert.Equal("", (await tree.FindAsync("spy"))!.Versions[0].Files[0].LookedAt);
        Assert.Empty(await look.RunAsync(Ct));
    }

    [Fact]
    public async Task Which_PC_has_which_version_is_read_from_its_status()
    {
        Guid id;
        await using (var db = await database.Databases.CreateDbContextAsync(Ct))
        {
            var room = new Room { School = Host.DefaultSchool, Name = "r-status" };
            var host = new Host { School = Host.DefaultSchool, Name = "st-pc01", RoomId = room.Id };
            db.AddRange(room, host);
            await db.SaveChangesAsync(Ct);
            id = host.Id;
        }

        var status = new HostImageStatus(database.Databases, tree.Tree, TimeProvider.System);
        tree.Folder.Write("logs/st-pc01_image.status", "202611251200 applied: win10.qcow2 202611011000\n202611251200 applied: ../x 1\n");
        tree.Folder.Write("logs/nobody_image.status", "202611251200 applied: win10.qcow2 202611011000\n");
        await status.RunAsync(Ct);
        await using (var db = await database.Databases.CreateDbContextAsync(Ct))
            Assert.Equal("win10.qcow2 202611011000", Assert.Single(await db.HostImages.Where(i => i.HostId == id).Select(i => i.Image + " " + i.Timestamp).ToListAsync(Ct)));

        tree.Folder.Write("logs/st-pc01_image.status", "202611261200 applied: ubuntu.qcow2 202611011000\n");
        await status.RunAsync(Ct);
        await using (var db = await database.Databases.CreateDbContextAsync(Ct))
            Assert.Equal(["ubuntu.qcow2", "win10.qcow2"], await db.HostImages.Where(i => i.HostId == id).OrderBy(i => i.Image).Select(i => i.Image).ToListAsync(Ct));
    }

    private static DateTimeOffset Utc(int year, int month, int day, int hour) => new(year, month, day, hour, 0, 0, TimeSpan.Zero);
}
