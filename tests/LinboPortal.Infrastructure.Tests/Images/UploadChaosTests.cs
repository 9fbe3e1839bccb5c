using System.Globalization;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.Processes;
using LinboPortal.Infrastructure.Tests.Distribution;
using LinboPortal.Infrastructure.Tests.LinboTree;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Tests.Images;

/// <summary>Many uploads, and uploads that die. LINBOPORTAL_CHAOS_ROUNDS says how many times something is killed.</summary>
public sealed class UploadChaosTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Dies = "the portal dies here";
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
    public async Task Whatever_dies_and_whenever_the_last_good_image_is_there_and_no_half_one_looks_good()
    {
        Assert.SkipWhen(new QemuImg().Program is null, "qemu-img is not installed");
        var seed = Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage("seed {0}", seed);
        var random = new Random(seed);
        await using var rig = await RsyncRig.StartAsync(database);
        Dictionary<string, byte[]> made = [];
        var pc = new UploadingPc(rig, "127.0.3.2");
        for (var round = 0; round <= Rounds; round++)
        {
            var content = await ImageTree.RealQcow2Async(4, (byte)round);
            made[Timestamp(round)] = content;
            pc.Make("chaos.qcow2", Timestamp(round), content);
            // The first one lives, so that there is something to lose.
            await RoundAsync(rig, pc, round == 0 ? "nothing" : new[] { "client", "daemon", "portal", "portal" }[random.Next(4)], random);
            AssertWhole(rig, made, $"round {round}, seed {seed}");
        }

        made["203001010000"] = await ImageTree.RealQcow2Async(2, 200);
        pc.Make("chaos.qcow2", "203001010000", made["203001010000"]);
        await pc.UploadAsync("chaos.qcow2");
        await rig.Until(
            () => Task.FromResult(Timestamp(Live(rig, ".info")) == "203001010000"), "the last one");
        AssertWhole(rig, made, $"the end, seed {seed}");
        Assert.Empty(Directory.GetFiles(rig.Images.Uploads.Journals));
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

    private static string Live(RsyncRig rig, string ending = "") => rig.Tree.PathOf("images/chaos/chaos.qcow2" + ending);

    /// <summary>Each set that looks whole is what one client sent; and one of them is there.</summary>
    private static void AssertWhole(RsyncRig rig, Dictionary<string, byte[]> made, string when)
    {
        var whole = 0;
        foreach (var info in Directory.GetFiles(rig.Tree.PathOf("images/chaos"), "chaos.qcow2.info", SearchOption.AllDirectories).Where(f => !f.Contains("/.", StringComparison.Ordinal)))
        {
            var image = info[..^".info".Length];
            if (!File.Exists(image))
                continue;
            var (before, content, after) = (Timestamp(info), File.ReadAllBytes(image), Timestamp(info));
            // Swapped between the reads: what a client sees then it sees at its next look too.
            Assert.True(before.Length == 0 || before != after || made[before].AsSpan().SequenceEqual(content), $"{info}: {when}");
            whole += before.Length > 0 ? 1 : 0;
        }

        Assert.True(whole > 0, when);
    }

    private static async Task RoundAsync(RsyncRig rig, UploadingPc pc, string victim, Random random)
    {
        var died = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (victim == "portal")
        {
            // At one of its steps everything stops, as with SIGKILL: no step after it is done.
            var left = random.Next(12);
            await RestartAsync(rig, _ =>
            {
                if (left-- > 0)
                    return;
                died.TrySetResult();
                throw new InvalidOperationException(Dies);
            });
        }

        using var kill = new CancellationTokenSource();
        var sending = SendAsync(pc, kill.Token);
        if (victim is "client" or "daemon")
        {
            await Task.Delay(random.Next(50, 700), Ct);
            if (victim == "client")
                await kill.CancelAsync();
            else
                await KillWorkersAsync(rig);
        }

        await sending;
        if (victim == "portal")
        {
            await Task.WhenAny(died.Task, Task.Delay(TimeSpan.FromSeconds(8), Ct));
            await RestartAsync(rig, null);
        }

        if (victim == "nothing")
            await rig.Until(() => Task.FromResult(File.Exists(Live(rig, ".info"))), "the first one");
    }

    private static async Task RestartAsync(RsyncRig rig, Action<string>? step)
    {
        await rig.StopHooksAsync();
        await rig.Images.StopAsync();
        await rig.Images.StartAsync(step);
        await rig.StartHooksAsync();
    }

    private static async Task SendAsync(UploadingPc pc, CancellationToken kill)
    {
        foreach (var name in new[] { "chaos.qcow2", "chaos.qcow2.info" })
        {
            try
            {
                await new ProgramRun("rsync", pc.Arguments(name, "images/chaos/" + name, "--bwlimit=8000"))
                {
                    Environment = new Dictionary<string, string> { ["RSYNC_PASSWORD"] = RsyncRig.Password },
                }.RunAsync(kill, allowFailure: true);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Kills the processes that serve a client, with the one that would call the hook afterwards.</summary>
    private static async Task KillWorkersAsync(RsyncRig rig)
    {
        if (rig.Daemon.ProcessId is not { } daemon)
            return;
        foreach (var child in await ChildrenAsync(daemon))
        {
            foreach (var pid in (await ChildrenAsync(child)).Append(child))
                await new ProgramRun("kill", ["-9", pid.ToString(CultureInfo.InvariantCulture)]).RunAsync(Ct, allowFailure: true);
        }
    }

    private static async Task<IReadOnlyList<int>> ChildrenAsync(int pid)
    {
        try
        {
            var text = await File.ReadAllTextAsync($"/proc/{pid}/task/{pid}/children", Ct);
            return [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => int.Parse(p, CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            return [];
        }
    }
}
