using LinboPortal.Core.Hosts;
using LinboPortal.Core.Remote;

namespace LinboPortal.Core.Jobs;

/// <summary>What becomes of a PC in a job.</summary>
public enum PcPart
{
    /// <summary>LINBO runs or starts on it: it carries the commands out.</summary>
    Acts,

    /// <summary>It is woken first.</summary>
    Woken,

    /// <summary>The commands wait for its next boot.</summary>
    AwaitsBoot,

    /// <summary>Its Windows or Linux is told to shut down or to restart.</summary>
    ThroughSystem,

    /// <summary>Nothing is done on it.</summary>
    Skipped,
}

/// <summary>The one rule for what becomes of a PC: the question before a job and the job itself ask it.</summary>
public static class PcParts
{
    /// <summary>True for commands that Windows and Linux have too: shut down and restart.</summary>
    public static bool IsPowerOnly(IReadOnlyList<LinboCommand> commands) => commands is [LinboCommand.Halt or LinboCommand.Reboot];

    /// <summary>True for a state in which another system than LINBO runs; what only refuses connections may be a LINBO that starts.</summary>
    public static bool IsOtherSystem(HostState state) => state is HostState.Windows or HostState.Linux;

    /// <summary>What becomes of the PC, and why nothing is done where nothing is.</summary>
    /// <param name="state">What it is seen doing.</param>
    /// <param name="hasSystemAccess">True where the portal may log in to that system.</param>
    /// <param name="way">How the commands reach it.</param>
    /// <param name="wakes">PCs that are off are woken.</param>
    /// <param name="commands">The commands; none for a job that only wakes.</param>
    public static (PcPart Part, RunReason? Skip) Of(HostState state, bool hasSystemAccess, JobWay way, bool wakes, IReadOnlyList<LinboCommand> commands) => state switch
    {
        _ when way == JobWay.OnBoot && !wakes => (PcPart.AwaitsBoot, null),
        HostState.Linbo or HostState.Booting => (PcPart.Acts, null),
        HostState.Windows or HostState.Linux when way == JobWay.Direct && hasSystemAccess && IsPowerOnly(commands) => (PcPart.ThroughSystem, null),
        HostState.Windows or HostState.Linux => (PcPart.Skipped, RunReason.NotLinbo),
        _ when wakes => (PcPart.Woken, null),
        HostState.Off => (PcPart.Skipped, RunReason.NotOnline),
        // Never looked at, or nothing is known of what runs: it is looked at before anything is done.
        _ => (PcPart.Acts, null),
    };
}
