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
        await UploadingPc.Until(() => Task.FromResult(File.Exists(Path.Combine(uploads.Locks, "late"))), "the image is being sent");
        var gate = await GateAsync(uploads);
        Assert.Equal(0, (await sending).ExitCode);
        var process = (await File.ReadAllTextAsync(Path.Combine(uploads.Locks, "late"), Ct)).Split(' ')[1];
        var late = "";
        await UploadingPc.Until(() => Task.FromResult((late = Below(process).FirstOrDefault(c => Said(c) == "flock 9") ?? "").Length > 0), "its hook waits");
        await SignalAsync("STOP", late);

        var next = pc.SendAsync("late.qcow2.info");
        await UploadingPc.Until(() => Task.FromResult(Running(rig, "flock -w 5 9")), "the hook of the next file waits");
        await gate.DisposeAsync();
        await UploadingPc.Until(() => Task.FromResult(Running(rig, "sleep 0.05") || next.IsCompleted), "it leaves the former one its time");
        await SignalAsync("CONT", late);

        Assert.Equal(0, (await next).ExitCode);
        await UploadingPc.Until(() => Task.FromResult(File.Exists(rig.Tree.PathOf("images/late/late.qcow2.info"))), "the set is taken in");
    }

    private static async Task<FileStream> GateAsync(UploadFolders uploads)
    {
        FileStream? gate = null;
        await UploadingPc.Until(
            () =>
            {
                try
                {
                    gate = new FileStream(Path.Combine(uploads.Locks, ".gate"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
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

    private static IEnumerable<string> Below(string process) =>
        Read($"/proc/{process}/task/{process}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(c => Below(c).Prepend(c));

    private static string Said(string process) => Read($"/proc/{process}/cmdline").TrimEnd('\0').Replace('\0', ' ');

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
