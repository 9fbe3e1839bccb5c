using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;

namespace LinboPortal.Jobs.Running;

/// <summary>Wakes a PC and looks until LINBO answers, up to the limit.</summary>
internal static class WakeStep
{
    /// <summary>Looks at the same time: they are cheap, but a school wakes all at once.</summary>
    private static readonly SemaphoreSlim Looks = new(64);

    public static async Task WakeAsync(RunWork work, HostState last, Func<CancellationToken, Task<System.Net.IPAddress?>> address, CancellationToken ct)
    {
        var (kit, job) = (work.Kit, work.Job);
        if (last == HostState.Linbo)
            return;
        await SendAsync(work, ct);
        // A portal that was restarted goes on waiting, not waiting anew.
        if (work.Row is not { State: RunState.Waking, Deadline: not null })
            work.Say(RunState.Waking, job.Wake);
        if (job.Wake == TimeSpan.Zero)
            return;
        while (kit.Now < work.Row.Deadline)
        {
            await Task.Delay(kit.Options.WakePoll, kit.Time, ct);
            last = await LookAsync(kit, await address(ct), ct);
            if (last is HostState.Windows or HostState.Linux)
                break;
            if (last != HostState.Linbo)
                continue;
            work.Sheet.Change(r => r.Deadline = null);
            return;
        }

        throw new RunFailure(last is HostState.Linux or HostState.Windows ? RunReason.NotLinbo : RunReason.NotAwake);
    }

    private static async Task SendAsync(RunWork work, CancellationToken ct)
    {
        var turn = work.Sheet.Job.WakeTurn;
        await turn.WaitAsync(ct);
        try
        {
            var problem = await work.Kit.Tools.WakeAsync(work.Host, work.Job.Broadcast, ct);
            if (problem.Length > 0)
                throw new RunFailure(RunReason.NotAwake, problem);
            if (work.Job.Between > TimeSpan.Zero)
                await Task.Delay(work.Job.Between, work.Kit.Time, ct);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>One look; a PC without an address is off.</summary>
    public static async Task<HostState> LookAsync(RunKit kit, System.Net.IPAddress? address, CancellationToken ct)
    {
        if (address is null)
            return HostState.Off;
        await Looks.WaitAsync(ct);
        try
        {
            return await kit.Tools.LookAsync(address, ct);
        }
        finally
        {
            Looks.Release();
        }
    }
}
