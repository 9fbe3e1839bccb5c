using System.Globalization;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.Tests.Distribution;
using LinboPortal.Infrastructure.Tests.LinboTree;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Tests.Images;

/// <summary>Many uploads, and uploads that die. LINBOPORTAL_CHAOS_ROUNDS says how many, LINBOPORTAL_CHAOS_SEED which.</summary>
public sealed class UploadChaosTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("LINBOPORTAL_CHAOS_ROUNDS") ?? "6", CultureInfo.InvariantCulture);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fifty_uploads_in_a_row_and_five_at_once_are_all_taken()
    {
        Assert.SkipWhen(new QemuImg().Program is null, "qemu-img is not installed");
        await using var rig = await RsyncRig.StartAsync(database);
        var content = await ImageTree.RealQcow2Async(1, 3);
        var pc = new UploadingPc(rig, "127.0.3.1");
        for (var i = 0; i < 50; i++)
        {
            var index = i;
            pc.Make("row.qcow2", Timestamp(i), content);
            Assert.All(await pc.UploadAsync("row.qcow2"), r => Assert.Equal(0, r.ExitCode));
            // A client is free before the daemon's hook has ended; nobody makes the next image as fast as this loop.
            await rig.Until(() => Task.FromResult(Timestamp(rig.Tree.PathOf("images/row/row.qcow2.info")) == Timestamp(index)), $"number {index} is live");
        }

        await Task.WhenAll(Enumerable.Range(0, 5).Select(async i =>
        {
            var other = new UploadingPc(rig, $"127.0.3.{10 + i}");
            other.Make($"many{i}.qcow2", Timestamp(i), content);
            Assert.All(await other.UploadAsync($"many{i}.qcow2"), r => Assert.Equal(0, r.ExitCode));
        }));

        // A client is free before its set is made.
        foreach (var i in Enumerable.Range(0, 5))
            await rig.Until(() => Task.FromResult(Timestamp(rig.Tree.PathOf($"images/many{i}/many{i}.qcow2.info")) == Timestamp(i)), $"many{i} is live");
        await rig.Until(() => Task.FromResult(Directory.GetFileSystemEntries(rig.Images.Uploads.Sets).Length == 0), "all sets are taken in");
        Assert.Equal(49, Directory.GetDirectories(rig.Tree.PathOf("images/row/backups")).Length);
        await rig.Until(async () => (await CountAsync("row"), await CountAsync("many")) == (50, 5), "all versions are known");
        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        Assert.All(await db.ImageVersions.ToListAsync(Ct), v => Assert.Equal(ImageState.Good, v.State));
    }

    [Fact]
    public async Task Whatever_dies_and_whenever_no_set_is_mixed_and_nothing_is_lost_that_a_PC_was_told_is_whole()
    {
        Assert.SkipWhen(new QemuImg().Program is null, "qemu-img is not installed");
        var seed = int.TryParse(Environment.GetEnvironmentVariable("LINBOPORTAL_CHAOS_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage("seed {0}, {1} rounds", seed, Rounds);
        await using var chaos = new UploadChaos(await RsyncRig.StartAsync(database), seed);
        for (var round = 0; round <= Rounds; round++)
            await chaos.RoundAsync(round);
        await chaos.EndAsync();
        TestContext.Current.TestOutputHelper?.WriteLine(chaos.ToString());
    }

    [Fact]
    public async Task A_full_disk_refuses_or_ends_an_upload_and_the_image_stays()
    {
        Assert.SkipWhen(new QemuImg().Program is null, "qemu-img is not installed");
        using var disk = await SmallDisk.MountAsync("16m", Ct);
        Assert.SkipWhen(disk is null, "mounting is not allowed");
        await using var rig = await RsyncRig.StartAsync(database, disk!.Path, reserve: 1);
        var small = await ImageTree.RealQcow2Async(3, 4);
        var pc = new UploadingPc(rig, "127.0.3.3");
        pc.Make("disk.qcow2", Timestamp(0), small);
        await pc.UploadAsync("disk.qcow2");
        await rig.Until(() => Task.FromResult(File.Exists(rig.Tree.PathOf("images/disk/disk.qcow2.info"))), "the first one");

        pc.Make("disk.qcow2", Timestamp(1), await ImageTree.RealQcow2Async(20, 5));
        var ended = await pc.SendAsync("disk.qcow2");
        Assert.NotEqual(0, ended.ExitCode);
        await rig.Until(
            async () =>
            {
                await using var db = await database.Databases.CreateDbContextAsync(Ct);
                return await db.ImageUploads.AnyAsync(u => u.File == "disk.qcow2" && u.State == UploadState.Failed && u.Problem == ImageProblem.NoSpace, Ct);
            },
            "the row says why");
        await rig.Until(() => Task.FromResult(!Directory.Exists(Path.Combine(rig.Images.Uploads.In, "images/disk"))), "its beginning is removed");
        Assert.Equal(small, await File.ReadAllBytesAsync(rig.Tree.PathOf("images/disk/disk.qcow2"), Ct));

        SmallDisk.Fill(Path.Combine(disk.Path, "fill"));
        var refused = await pc.SendAsync("disk.qcow2");
        Assert.Contains("not enough room", refused.Output + refused.Errors, StringComparison.Ordinal);
        Assert.Equal(small, await File.ReadAllBytesAsync(rig.Tree.PathOf("images/disk/disk.qcow2"), Ct));
    }

    private async Task<int> CountAsync(string name)
    {
        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        return await db.ImageVersions.CountAsync(v => db.Images.Any(i => i.Id == v.ImageId && i.Name.StartsWith(name)), Ct);
    }

    private static string Timestamp(int number) => new DateTime(2026, 1, 1).AddDays(number).ToString("yyyyMMddHHmm", CultureInfo.InvariantCulture);

    private static string Timestamp(string info)
    {
        try
        {
            return ImageInfo.Read(File.ReadAllBytes(info)).Timestamp;
        }
        catch (IOException)
        {
            return ""; // it is being exchanged
        }
    }
}
