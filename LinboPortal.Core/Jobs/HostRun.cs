namespace LinboPortal.Core.Jobs;

/// <summary>One PC's part in a job.</summary>
public sealed class HostRun
{
    /// <summary>Key, UUIDv7; also the stem of the tasks' names on the PC.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Key of the job.</summary>
    public Guid JobId { get; init; }

    /// <summary>Key of the host; null once it was deleted.</summary>
    public Guid? HostId { get; init; }

    /// <summary>Its name when the job was made.</summary>
    public required string Host { get; init; }

    /// <summary>Its room when the job was made: who may see the room may see the run.</summary>
    public required Guid RoomId { get; init; }

    /// <summary>Order within the job, from 0.</summary>
    public int Position { get; init; }

    /// <summary>Wave, from 0.</summary>
    public int Wave { get; init; }

    /// <summary>Where it stands.</summary>
    public RunState State { get; set; }

    /// <summary>The command it is at, from 1; 0 before the first.</summary>
    public int Command { get; set; }

    /// <summary>The boot of the PC in which <see cref="Command"/> was sent; null while it was not.</summary>
    public string? BootId { get; set; }

    /// <summary>Bytes of the command's output that are kept in the log.</summary>
    public long Offset { get; set; }

    /// <summary>Of the command it is at; null where nothing is known.</summary>
    public double? Percent { get; set; }

    /// <summary>Bytes a second of the command it is at.</summary>
    public long? Speed { get; set; }

    /// <summary>Estimated rest of the command it is at.</summary>
    public TimeSpan? Left { get; set; }

    /// <summary>The last line that the PC printed; never a secret.</summary>
    public string LastLine { get; set; } = "";

    /// <summary>Why it failed, was skipped or cancelled; null otherwise.</summary>
    public RunReason? Reason { get; set; }

    /// <summary>What the reason is about (an exit code, a message of SSH), for people who look closer.</summary>
    public string Detail { get; set; } = "";

    /// <summary>When work began (UTC).</summary>
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>When it ended (UTC).</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>When the state it is in ends by itself, as a failure (UTC).</summary>
    public DateTimeOffset? Deadline { get; set; }

    /// <summary>When the PC fetched the commands that waited for its boot (UTC); null before, and for other jobs.</summary>
    public DateTimeOffset? FetchedAt { get; set; }

    /// <summary>Set once somebody wants this PC left alone.</summary>
    public bool CancelRequested { get; set; }

    /// <summary>The portal that works on it.</summary>
    public string? LeaseOwner { get; set; }

    /// <summary>Until when no other portal takes it over (UTC).</summary>
    public DateTimeOffset? LeaseUntil { get; set; }
}

/// <summary>Where a PC stands in a job.</summary>
public enum RunState
{
    /// <summary>Not begun.</summary>
    Waiting,

    /// <summary>Woken, or told to restart; LINBO does not answer yet.</summary>
    Waking,

    /// <summary>A connection is being made.</summary>
    Connecting,

    /// <summary>Command k of n runs.</summary>
    Running,

    /// <summary>All commands ended well.</summary>
    Done,

    /// <summary>It did not work.</summary>
    Failed,

    /// <summary>A person ended it.</summary>
    Cancelled,

    /// <summary>It was not to be done: off, in another system, a wave before it failed.</summary>
    Skipped,

    /// <summary>Its commands lie ready and wait for its next boot. Nobody works on it and it has no lease.</summary>
    AwaitingBoot,

    /// <summary>It has fetched its commands at boot; whether it has carried them out is not known yet. It has no lease.</summary>
    Fetched,
}

/// <summary>Why a PC was not done. Texts stand beside the pages.</summary>
public enum RunReason
{
    /// <summary>It is switched off or does not answer.</summary>
    NotOnline,

    /// <summary>Another system than LINBO runs.</summary>
    NotLinbo,

    /// <summary>It did not come up within the wait after it was woken.</summary>
    NotAwake,

    /// <summary>It has no address to reach it by.</summary>
    NoAddress,

    /// <summary>It does not take the installation's SSH key.</summary>
    KeyRefused,

    /// <summary>Its SSH host key is another than the one pinned.</summary>
    HostKeyChanged,

    /// <summary>It shows an SSH host key that is not known to be LINBO's of this installation.</summary>
    HostKeyUnknown,

    /// <summary>A command ended with another code than 0.</summary>
    CommandFailed,

    /// <summary>The PC's LINBO does not know the command.</summary>
    CommandUnknown,

    /// <summary>The connection broke and could not be made again in time.</summary>
    ConnectionLost,

    /// <summary>The PC was restarted in the middle of a command.</summary>
    Restarted,

    /// <summary>The command took longer than its deadline.</summary>
    TookTooLong,

    /// <summary>The client says that the upload went well, but the server does not have the file.</summary>
    UploadMissing,

    /// <summary>The commands were not fetched at the next boot within the wait.</summary>
    NotFetched,

    /// <summary>The start.conf of its group has no such system or partition.</summary>
    NoSystem,

    /// <summary>A person ended it.</summary>
    ByPerson,

    /// <summary>A wave before it failed.</summary>
    WaveFailed,

    /// <summary>The host was deleted meanwhile.</summary>
    HostGone,

    /// <summary>The portal itself is at fault; the log has more.</summary>
    PortalFault,

    /// <summary>Done as far as can be known: it has fetched its commands, but nothing tells whether it carried them out.</summary>
    FetchedOnly,

    /// <summary>A later job gave it other commands for its next boot; <see cref="HostRun.Detail"/> is that job's number.</summary>
    Replaced,

    /// <summary>The file with its commands is gone, and rsync has not reported that the PC fetched it.</summary>
    CommandsGone,

    /// <summary>It fetched its commands and stopped before the last of them.</summary>
    NotCarriedOut,

    /// <summary>Another job works on it, and it was to be skipped then.</summary>
    Busy,

    /// <summary>Its Windows or Linux does not answer over SSH.</summary>
    SystemUnreachable,

    /// <summary>Its Windows or Linux does not take the portal's key.</summary>
    SystemKeyRefused,

    /// <summary>Its Windows or Linux shows another SSH host key than before.</summary>
    SystemHostKeyChanged,

    /// <summary>Its Windows or Linux took the command, but still runs.</summary>
    SystemStillRuns,
}

/// <summary>Which states end a PC's part.</summary>
public static class RunStates
{
    /// <summary>The states of work in progress; each run in one of them has a lease.</summary>
    public static IReadOnlyList<RunState> AtWork { get; } = [RunState.Waking, RunState.Connecting, RunState.Running];

    /// <summary>The states of commands that wait for a boot; no run in one of them has a lease.</summary>
    public static IReadOnlyList<RunState> OfBoot { get; } = [RunState.AwaitingBoot, RunState.Fetched];

    /// <summary>True for a state that is an end.</summary>
    public static bool IsEnd(RunState state) => state is RunState.Done or RunState.Failed or RunState.Cancelled or RunState.Skipped;
}

/// <summary>A piece of what a PC printed. Pieces are only ever added; the key makes a piece that is written twice one.</summary>
public sealed class RunOutput
{
    /// <summary>Key of the run.</summary>
    public required Guid RunId { get; init; }

    /// <summary>Number of the command, from 1.</summary>
    public required int Command { get; init; }

    /// <summary>Offset in the command's output, in bytes.</summary>
    public required long Offset { get; init; }

    /// <summary>The text: UTF-8 with what is none replaced, passwords masked, without NUL.</summary>
    public required string Text { get; init; }

    /// <summary>When it arrived (UTC).</summary>
    public required DateTimeOffset At { get; init; }
}
