using LinboPortal.Core.Groups;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Remote;

namespace LinboPortal.Jobs.Running;

/// <summary>Shuts a PC down or restarts it through its Windows or Linux. The row says so before the command is sent, so that it is sent once.</summary>
internal static class SystemRun
{
    /// <summary>Stands in place of the boot where the command went to a system and not to LINBO.</summary>
    private const string Mark = "system:";

    /// <summary>True where the command was sent to a system, perhaps by a portal that was stopped since.</summary>
    public static bool IsBegun(HostRun row) => row.BootId?.StartsWith(Mark, StringComparison.Ordinal) == true;

    /// <summary>Sends the command, unless it was sent, and waits until the system is gone.</summary>
    /// <param name="work">The PC's part; its commands are one halt or reboot.</param>
    /// <param name="seen">The system that it was seen in.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task RunAsync(RunWork work, HostState seen, CancellationToken ct)
    {
        if (!IsBegun(work.Row))
            await SendAsync(work, seen, ct);
        else if (!Enum.TryParse(work.Row.BootId![Mark.Length..], out seen))
            throw new RunFailure(RunReason.Restarted);
        var kit = work.Kit;
        while (kit.Now < work.Row.Deadline)
        {
            if (await WakeStep.LookAsync(kit, work.Host.Address, ct) is var state && state != seen && state != HostState.On)
                return;
            await Task.Delay(kit.Options.WakePoll, kit.Time, ct);
        }

        throw new RunFailure(RunReason.SystemStillRuns);
    }

    private static async Task SendAsync(RunWork work, HostState seen, CancellationToken ct)
    {
        var (kit, host) = (work.Kit, work.Host);
        if (SystemAccess.Of(seen) is not { } system || host.Systems.FirstOrDefault(s => s.System == system) is not { } access)
            throw RunFailure.Skip(RunReason.NotLinbo);
        var address = host.Address ?? throw new RunFailure(RunReason.NoAddress);
        await work.WriteAsync(r =>
        {
            (r.State, r.Command, r.BootId, r.StartedAt) = (RunState.Running, 1, Mark + seen, r.StartedAt ?? kit.Now);
            r.Deadline = kit.Now + kit.Options.LeaveDeadline;
        });
        var command = work.Commands[0] is LinboCommand.Halt ? access.HaltCommand : access.RebootCommand;
        var (answer, detail) = await kit.Tools.TellSystemAsync(new SystemAddress(host.Id, host.Name, address, system, access.User, access.Port), command, ct);
        if (answer != SystemAnswer.Taken)
            throw new RunFailure(ReasonOf(answer), detail);
    }

    private static RunReason ReasonOf(SystemAnswer answer) => answer switch
    {
        SystemAnswer.Refused => RunReason.CommandFailed,
        SystemAnswer.Unreachable => RunReason.SystemUnreachable,
        SystemAnswer.KeyRefused => RunReason.SystemKeyRefused,
        SystemAnswer.HostKeyChanged => RunReason.SystemHostKeyChanged,
        _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, null),
    };
}
