using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;

namespace LinboPortal.Jobs.Running;

/// <summary>
/// Writes the file for the next boot; where PCs are to be woken, boots them and sees whether they fetch it. Whether they do it otherwise, and what
/// they do then, is followed by <see cref="OnBootRuns"/> from the rows alone.
/// </summary>
internal static class OnBootWay
{
    /// <summary>Gives the PC its commands; afterwards the run awaits the boot, or what the PC does in it.</summary>
    public static async Task GoAsync(RunWork work, OnBootRuns waiting, CancellationToken ct)
    {
        var (kit, job) = (work.Kit, work.Job);
        if (work.Row.State == RunState.Waiting)
            await WriteAsync(work, waiting, ct);
        if (job.Wake is null)
            return;
        if (work.Row.State == RunState.Waiting)
            await BootAsync(work, ct);
        if (job.Wake == TimeSpan.Zero)
            return; // woken without a wait: the commands stay until they are fetched
        while (kit.Now < work.Row.Deadline)
        {
            if (!kit.Tools.IsOnBootThere(work.Host))
                return;
            await Task.Delay(kit.Options.WakePoll, kit.Time, ct);
        }

        if (kit.Tools.RemoveOnBoot(work.Host))
            throw new RunFailure(RunReason.NotFetched);
    }

    // The moment is written down first: a portal that takes over finds by it whether the PC has fetched the commands since.
    private static async Task WriteAsync(RunWork work, OnBootRuns waiting, CancellationToken ct)
    {
        if (work.Row.StartedAt is { } since)
        {
            if (await work.Kit.Tools.HasFetchedAsync(work.Host, since, ct))
                return;
        }
        else
        {
            await work.WriteAsync(r => r.StartedAt = work.Kit.Now);
        }

        await waiting.ReplaceAsync(work.Row, work.Job.Number, ct);
        await work.Kit.Tools.WriteOnBootAsync(work.Host, FileOf(work.Job), ct);
    }

    private static async Task BootAsync(RunWork work, CancellationToken ct)
    {
        var (kit, host) = (work.Kit, work.Host);
        var state = await work.SeenAsync(ct);
        if (PcParts.Of(state, hasSystemAccess: false, JobWay.OnBoot, wakes: true, work.Commands) is (PcPart.Skipped, { } reason))
        {
            kit.Tools.RemoveOnBoot(host);
            throw RunFailure.Skip(reason);
        }

        await work.WriteAsync(r => (r.State, r.Deadline) = (RunState.Waking, kit.Now + work.Job.Wake!.Value));
        if (state != HostState.Linbo)
        {
            // What cannot be woken may still be switched on by hand.
            await kit.Tools.WakeAsync(host, work.Job.Broadcast, ct);
            return;
        }

        await using var line = new ClientLine(kit.Tools.Client, new LinboAddress(host.Id, host.Name, host.Address!));
        await line.TryAsync(async (session, stop) =>
        {
            await foreach (var _ in session.RunAsync(work.TaskOf(0), new LinboCommand.Reboot(), 0, stop))
            {
                // Whether it boots is seen by the file.
            }
        }, RunKit.Courtesy, kit.Time);
    }

    private static OnBootFile FileOf(Job job)
    {
        var commands = job.Commands.Length > 0 ? CommandLine.Parse(job.Commands) : null;
        return OnBootFile.TryCreate(commands, job.NoAuto, job.NoGui, out var file, out var errors)
            ? file
            : throw new RunFailure(RunReason.PortalFault, string.Join(", ", errors.Select(e => e.Code)));
    }
}
