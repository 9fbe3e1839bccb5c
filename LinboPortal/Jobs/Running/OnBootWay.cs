using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;

namespace LinboPortal.Jobs.Running;

/// <summary>Writes the file for the next boot; where PCs are to be woken, boots them and sees whether it was fetched.</summary>
internal static class OnBootWay
{
    public static async Task GoAsync(RunWork work, CancellationToken ct)
    {
        var (kit, job) = (work.Kit, work.Job);
        if (work.Row.State == RunState.Waiting)
            await kit.Tools.WriteOnBootAsync(work.Host, FileOf(job), ct);
        if (job.Wake is null)
            return; // at its next boot, whenever that is
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

    private static async Task BootAsync(RunWork work, CancellationToken ct)
    {
        var (kit, host) = (work.Kit, work.Host);
        var isOn = host.Address is { } address && await kit.Tools.LookAsync(address, ct) == HostState.Linbo;
        await work.WriteAsync(r => (r.State, r.StartedAt, r.Deadline) = (RunState.Waking, r.StartedAt ?? kit.Now, kit.Now + work.Job.Wake!.Value));
        if (!isOn)
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
