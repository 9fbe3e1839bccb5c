using System.Globalization;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.Processes;
using LinboPortal.Infrastructure.Tests.Distribution;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Tests.Images;

/// <summary>Nothing of one upload goes with anything of another one, though both have the same size and time; and what a PC was told is whole is taken.</summary>
public sealed class UploadSeriesTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const string Early = "202601010000";
    private const string Later = "202602010000";
    private static readonly Lazy<Task<byte[]>> FirstImage = new(() => ImageTree.RealQcow2Async(2, 1));
    private static readonly Lazy<Task<byte[]>> SecondImage = new(() => ImageTree.RealQcow2Async(2, 2));
    private RsyncRig rig = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(new QemuImg().Program is null, "qemu-img is not installed");
        rig = await RsyncRig.StartAsync(database);
        Assert.Equal((await FirstImage.Value).Length, (await SecondImage.Value).Length);
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
    public async Task An_image_whose_hook_never_ran_goes_with_its_own_info()
    {
        var pc = Make("127.0.4.1", "one", Early, await FirstImage.Value);
        await SendWithoutHookAsync(pc, "one.qcow2");

        Assert.Equal(0, (await pc.SendAsync("one.qcow2.info")).ExitCode);

        await AssertLiveAsync("one", Early, await FirstImage.Value);
    }

    [Fact]
    public async Task An_info_whose_hook_never_ran_is_found_by_the_portal()
    {
        var pc = Make("127.0.4.2", "two", Early, await FirstImage.Value);
        Assert.Equal(0, (await pc.SendAsync("two.qcow2")).ExitCode);
        await SendWithoutHookAsync(pc, "two.qcow2.info");

        await AssertLiveAsync("two", Early, await FirstImage.Value);
    }

    [Fact]
    public async Task What_lies_there_is_never_taken_for_the_next_image_of_the_same_size_and_time()
    {
        var pc = Make("127.0.4.3", "three", Early, await FirstImage.Value);
        await SendWithoutHookAsync(pc, "three.qcow2");

        Make("127.0.4.3", "three", Later, await SecondImage.Value, pc);
        Assert.All(await pc.UploadAsync("three.qcow2"), r => Assert.Equal(0, r.ExitCode));

        await AssertLiveAsync("three", Later, await SecondImage.Value);
    }

    [Fact]
    public async Task An_upload_that_was_told_to_be_whole_becomes_a_version_though_another_PC_sends_the_image_before_the_portal_looks()
    {
        await rig.StopHooksAsync();
        await rig.Images.StopAsync();
        var first = Make("127.0.4.4", "four", Early, await FirstImage.Value);
        Assert.Equal(0, (await first.SendAsync("four.qcow2")).ExitCode);
        await SendWithoutHookAsync(first, "four.qcow2.info");
        var lockFile = Path.Combine(rig.Images.Uploads.Locks, "four");
        File.SetLastWriteTimeUtc(lockFile, File.GetLastWriteTimeUtc(lockFile).AddMinutes(-2));
        var second = Make("127.0.4.5", "four", Later, await SecondImage.Value);
        Assert.All(await second.UploadAsync("four.qcow2"), r => Assert.Equal(0, r.ExitCode));

        await rig.Images.StartAsync();
        await rig.StartHooksAsync();

        await AssertLiveAsync("four", Later, await SecondImage.Value);
        Assert.Equal(await FirstImage.Value, await File.ReadAllBytesAsync(rig.Tree.PathOf($"images/four/backups/{Early}/four.qcow2"), Ct));
        Assert.Equal(Early, ImageInfo.Read(await File.ReadAllBytesAsync(rig.Tree.PathOf($"images/four/backups/{Early}/four.qcow2.info"), Ct)).Timestamp);
    }

    [Fact]
    public async Task An_info_is_refused_where_its_image_was_and_goes_with_no_other_one()
    {
        var pc = Make("127.0.4.6", "five", Early, await FirstImage.Value);
        Assert.Equal(0, (await pc.SendAsync("five.qcow2")).ExitCode);
        Make("127.0.4.6", "five", Later, await SecondImage.Value, pc);
        await SetReserveAsync(1_000_000_000);
        var refused = await pc.SendAsync("five.qcow2");
        Assert.Contains("not enough room", refused.Output + refused.Errors, StringComparison.Ordinal);
        await SetReserveAsync(0);

        var info = await pc.SendAsync("five.qcow2.info");

        Assert.NotEqual(0, info.ExitCode);
        Assert.Contains("its image has not arrived whole", info.Output + info.Errors, StringComparison.Ordinal);
        Assert.Empty(await rig.Images.Intake.RunAsync(Ct));
        Assert.False(Directory.Exists(rig.Tree.PathOf("images/five")));
    }

    [Fact]
    public async Task An_info_goes_with_no_image_that_came_long_before_it_and_is_sent_once()
    {
        var pc = Make("127.0.4.10", "nine", Early, await FirstImage.Value);
        Assert.Equal(0, (await pc.SendAsync("nine.qcow2")).ExitCode);
        await AgeLockAsync("nine");
        Assert.NotEqual(0, (await pc.SendAsync("nine.qcow2.info")).ExitCode);

        Assert.Equal(0, (await pc.SendAsync("nine.qcow2")).ExitCode);
        await rig.Until(() => Task.FromResult(rig.Images.HasArrived("nine.qcow2")), "the image is there");
        Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(rig.Images.Arrived("nine.qcow2").Single())!, "info.begun")); // cut off there
        Assert.NotEqual(0, (await pc.SendAsync("nine.qcow2.info")).ExitCode);

        Assert.All(await pc.UploadAsync("nine.qcow2"), r => Assert.Equal(0, r.ExitCode));
        await AssertLiveAsync("nine", Early, await FirstImage.Value);
    }

    [Fact]
    public async Task A_description_and_a_torrent_stay_with_the_image_that_they_came_with()
    {
        var pc = Make("127.0.4.7", "six", Early, await FirstImage.Value, desc: "first");
        Assert.All(await pc.UploadAsync("six.qcow2"), r => Assert.Equal(0, r.ExitCode));
        await rig.Until(() => Task.FromResult(File.Exists(rig.Tree.PathOf("images/six/six.qcow2.desc"))), "the first description");

        // Its content is no good.
        var bad = (byte[])(await SecondImage.Value).Clone();
        Array.Fill(bad, (byte)0xee, 65536, 65536);
        Make("127.0.4.7", "six", Later, bad, pc, desc: "second");
        Assert.All(await pc.UploadAsync("six.qcow2"), r => Assert.Equal(0, r.ExitCode));
        await rig.Until(async () => await FailedAsync("six.qcow2", ImageProblem.CheckFailed), "the second one is refused");
        await rig.Until(() => Task.FromResult(Directory.GetFileSystemEntries(rig.Images.Uploads.Late).Length == 0), "its description is looked at");

        Assert.Equal("first", await File.ReadAllTextAsync(rig.Tree.PathOf("images/six/six.qcow2.desc"), Ct));

        // Whoever edits it at the PC later sends it by itself.
        await AgeLockAsync("six");
        await File.WriteAllTextAsync(Path.Combine(pc.Cache, "six.qcow2.desc"), "edited", Ct);
        Assert.Equal(0, (await pc.SendAsync("six.qcow2.desc")).ExitCode);
        await rig.Until(
            async () => await File.ReadAllTextAsync(rig.Tree.PathOf("images/six/six.qcow2.desc"), Ct) == "edited", "the edited one");
        await AgeLockAsync("six");
        await File.WriteAllTextAsync(Path.Combine(pc.Cache, "six.qcow2.torrent"), "d4:infoe", Ct);
        Assert.NotEqual(0, (await pc.SendAsync("six.qcow2.torrent")).ExitCode);
    }

    [Fact]
    public async Task A_clock_that_was_set_back_changes_no_order()
    {
        await rig.StopHooksAsync();
        await rig.Images.StopAsync();
        await File.WriteAllTextAsync(Path.Combine(rig.Images.Uploads.Locks, ".number"), "9000000000000000000\n", Ct);
        var pc = Make("127.0.4.8", "seven", Early, await FirstImage.Value);
        Assert.All(await pc.UploadAsync("seven.qcow2"), r => Assert.Equal(0, r.ExitCode));
        Make("127.0.4.8", "seven", Later, await SecondImage.Value, pc);
        Assert.All(await pc.UploadAsync("seven.qcow2"), r => Assert.Equal(0, r.ExitCode));

        await rig.Images.StartAsync();
        await rig.StartHooksAsync();

        await AssertLiveAsync("seven", Later, await SecondImage.Value);
        Assert.Equal(await FirstImage.Value, await File.ReadAllBytesAsync(rig.Tree.PathOf($"images/seven/backups/{Early}/seven.qcow2"), Ct));
    }

    [Fact]
    public async Task An_image_without_info_is_given_up_in_the_end_and_says_so()
    {
        var pc = Make("127.0.4.9", "eight", Early, await FirstImage.Value);
        Assert.Equal(0, (await pc.SendAsync("eight.qcow2")).ExitCode);
        await rig.Until(() => Task.FromResult(rig.Images.HasArrived("eight.qcow2")), "the image is there");
        var series = new UploadSeries(rig.Images.Uploads, new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(25)));

        var (part, client) = Assert.Single(series.Advance());

        Assert.Equal(("eight.qcow2", "127.0.4.9"), (part.FileName, client.ToString()));
        Assert.False(rig.Images.HasArrived("eight.qcow2"));
    }

    [Fact]
    public void Only_a_lock_that_somebody_has_is_taken()
    {
        var path = rig.Folder.At("lock");
        using (FileLock.TryTake(path))
            Assert.Null(FileLock.TryTake(path));
        using (var again = FileLock.TryTake(path))
            Assert.NotNull(again);
        File.CreateSymbolicLink(rig.Folder.At("circle"), rig.Folder.At("circle"));
        Assert.Throws<IOException>(() => FileLock.TryTake(rig.Folder.At("circle")));
        Assert.ThrowsAny<IOException>(() => FileLock.TryTake(Path.Combine(path, "below-a-file")));
    }

    /// <summary>All images have one size and one time, whatever is in them.</summary>
    private UploadingPc Make(string address, string name, string timestamp, byte[] content, UploadingPc? known = null, string? desc = null)
    {
        var pc = known ?? new UploadingPc(rig, address);
        pc.Make(name + ".qcow2", timestamp, content, desc: desc);
        foreach (var file in Directory.GetFiles(pc.Cache))
            File.SetLastWriteTimeUtc(file, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        return pc;
    }

    /// <summary>The process that would call the hook after the transfer is killed before the first byte; its children go on and serve the client.</summary>
    private async Task SendWithoutHookAsync(UploadingPc pc, string name)
    {
        var gate = await UploadHookTests.GateAsync(rig);
        var sending = pc.SendAsync(name);
        var daemon = rig.Daemon.ProcessId!.Value.ToString(CultureInfo.InvariantCulture);
        await rig.Until(() => Task.FromResult(UploadHookTests.Below(daemon).Any(p => UploadHookTests.Said(p) == "flock -w 5 9")), "its hook waits");
        await new ProgramRun("kill", ["-9", .. Read($"/proc/{daemon}/task/{daemon}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)]).RunAsync(Ct);
        await gate.DisposeAsync();
        Assert.Equal(0, (await sending).ExitCode);
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>A minute passes in which nothing comes.</summary>
    private async Task AgeLockAsync(string image)
    {
        var path = Path.Combine(rig.Images.Uploads.Locks, image);
        await rig.Until(() => Task.FromResult(Read(path).EndsWith(" -\n", StringComparison.Ordinal)), "the last hook has ended");
        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddMinutes(-2));
    }

    private async Task SetReserveAsync(int megabytes)
    {
        var hook = await File.ReadAllTextAsync(rig.Setup.Folder.Hook, Ct);
        await File.WriteAllTextAsync(rig.Setup.Folder.Hook, System.Text.RegularExpressions.Regex.Replace(hook, @"(?m)^reserve=\d+$", $"reserve={megabytes}"), Ct);
    }

    private async Task AssertLiveAsync(string name, string timestamp, byte[] content)
    {
        var live = rig.Tree.PathOf($"images/{name}/{name}.qcow2");
        await rig.Until(() => Task.FromResult(Read(live + ".info").Contains(timestamp, StringComparison.Ordinal)), $"{name} of {timestamp} is live");
        Assert.Equal(content, await File.ReadAllBytesAsync(live, Ct));
    }

    private async Task<bool> FailedAsync(string file, ImageProblem problem)
    {
        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        return await db.ImageUploads.AnyAsync(u => u.File == file && u.State == UploadState.Failed && u.Problem == problem, Ct);
    }
}
