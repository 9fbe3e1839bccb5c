using System.Globalization;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.Processes;
using LinboPortal.Infrastructure.Tests.Distribution;
using LinboPortal.Testing;

namespace LinboPortal.Infrastructure.Tests.Images;

public sealed class UploadHookTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_whose_hook_is_late_is_not_lost_to_the_next_one_of_its_set()
    {
        Assert.SkipWhen(new QemuImg().Program is null, "qemu-img is not installed");
        await using var rig = await RsyncRig.StartAsync(database);
        var uploads = rig.Images.Uploads;
        var pc = new UploadingPc(rig, "127.0.2.30");
        pc.Make("late.qcow2", "202611251200", await ImageTree.RealQcow2Async(8, 9));

        var sending = pc.SendAsync("late.qcow2", "images/late/late.qcow2", "--bwlimit=4000");
        var record = Path.Combine(uploads.Locks, "late");
        await rig.Until(() => Task.FromResult(Read(record) is { Length: > 0 } said && !said.EndsWith(" -\n", StringComparison.Ordinal)), "the image is being sent");
        var gate = await GateAsync(rig);
        Assert.Equal(0, (await sending).ExitCode);
        var process = Read(record).Split(' ')[1];
        var late = "";
        await rig.Until(() => Task.FromResult((late = Below(process).FirstOrDefault(c => Said(c) == "flock 9") ?? "").Length > 0), "its hook waits");
        await SignalAsync("STOP", late);

        var next = pc.SendAsync("late.qcow2.info");
        await rig.Until(() => Task.FromResult(Running(rig, "flock -w 5 9")), "the hook of the next file waits");
        await gate.DisposeAsync();
        await rig.Until(() => Task.FromResult(Running(rig, "sleep 0.05") || next.IsCompleted), "it leaves the former one its time");
        await SignalAsync("CONT", late);

        Assert.True((await next).ExitCode == 0, (await next).Output + (await next).Errors);
        await rig.Until(() => Task.FromResult(File.Exists(rig.Tree.PathOf("images/late/late.qcow2.info"))), "the set is taken in");
    }

    [Fact]
    public async Task The_portal_leaves_what_has_come_alone_while_a_hook_works_and_takes_it_where_the_hook_died()
    {
        Assert.SkipWhen(new QemuImg().Program is null, "qemu-img is not installed");
        await using var rig = await RsyncRig.StartAsync(database);
        var pc = new UploadingPc(rig, "127.0.2.31");
        var gate = await GateAsync(rig);
        var series = Directory.CreateDirectory(Path.Combine(rig.Images.Uploads.Series, "middle.qcow2,1,127.0.2.31")).FullName;
        pc.Make("middle.qcow2", "202612251200", await ImageTree.RealQcow2Async(1, 9));
        foreach (var file in new[] { "middle.qcow2", "middle.qcow2.info" })
            File.Move(Path.Combine(pc.Cache, file), Path.Combine(series, file));
        Assert.Empty(await rig.Images.Intake.RunAsync(Ct));

        Assert.True(File.Exists(Path.Combine(series, "middle.qcow2")));

        // The hook dies there.
        await gate.DisposeAsync();
        await rig.Until(() => Task.FromResult(File.Exists(rig.Tree.PathOf("images/middle/middle.qcow2.info"))), "the set is taken in");
        await rig.Until(
            () => Task.FromResult(new[] { rig.Images.Uploads.Sets, rig.Images.Uploads.Series }.All(d => Directory.GetFileSystemEntries(d).Length == 0)), "nothing is left");
    }

    [Fact]
    public async Task An_image_made_days_ago_waits_for_its_info_like_any_other()
    {
        Assert.SkipWhen(new QemuImg().Program is null, "qemu-img is not installed");
        await using var rig = await RsyncRig.StartAsync(database);
        var pc = new UploadingPc(rig, "127.0.2.32");
        pc.Make("days.qcow2", "202611201200", await ImageTree.RealQcow2Async(1, 9));
        File.SetLastWriteTimeUtc(Path.Combine(pc.Cache, "days.qcow2"), new DateTime(2026, 11, 20, 12, 0, 0, DateTimeKind.Utc));
        await pc.SendAsync("days.qcow2");
        await rig.Until(() => Task.FromResult(rig.Images.HasArrived("days.qcow2")), "the image is there");
        Assert.Empty(await rig.Images.Intake.RunAsync(Ct));

        await pc.SendAsync("days.qcow2.info");

        await rig.Until(() => Task.FromResult(File.Exists(rig.Tree.PathOf("images/days/days.qcow2.info"))), "the set is taken in");
    }

    internal static async Task<FileStream> GateAsync(RsyncRig rig)
    {
        FileStream? gate = null;
        await rig.Until(
            () =>
            {
                try
                {
                    gate = new FileStream(Path.Combine(rig.Images.Uploads.Locks, ".gate"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                }
                catch (IOException)
                {
                    // A hook has it.
                }

                return Task.FromResult(gate is not null);
            },
            "the gate is ours");
        return gate!;
    }

    private static Task<ProgramResult> SignalAsync(string signal, string process) => new ProgramRun("kill", ["-" + signal, process]).RunAsync(Ct);

    // Below the own rsync alone: other tests run the same hooks beside.
    private static bool Running(RsyncRig rig, string command) => Below(rig.Daemon.ProcessId!.Value.ToString(CultureInfo.InvariantCulture)).Any(p => Said(p) == command);

    internal static IEnumerable<string> Below(string process) =>
        Read($"/proc/{process}/task/{process}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(c => Below(c).Prepend(c));

    internal static string Said(string process) => Read($"/proc/{process}/cmdline").TrimEnd('\0').Replace('\0', ' ');

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return ""; // it has ended
        }
    }
}
