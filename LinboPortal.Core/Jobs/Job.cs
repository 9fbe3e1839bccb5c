using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Jobs;

/// <summary>Commands for one or many PCs. The rows of job and runs are the truth about what was done; Hangfire only calls.</summary>
public sealed class Job
{
    /// <summary>Key, UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The number that people say (given by the database).</summary>
    public int Number { get; init; }

    /// <summary>The school whose hosts are meant.</summary>
    public string School { get; init; } = Host.DefaultSchool;

    /// <summary>Whom it is for, as <see cref="HostSelector"/> writes it, for instance <c>room:r101</c>.</summary>
    public required string Target { get; init; }

    /// <summary>The commands as linbo-remote has them, for instance <c>sync:1,start:1</c>; empty for a job that only wakes.</summary>
    public required string Commands { get; init; }

    /// <summary>How the commands reach the PCs.</summary>
    public JobWay Way { get; init; }

    /// <summary>How long to wait for PCs that were woken; null where nothing is woken (linbo-remote <c>-w</c>).</summary>
    public TimeSpan? Wake { get; init; }

    /// <summary>Pause between the magic packets of two PCs (<c>-b</c>).</summary>
    public TimeSpan Between { get; init; }

    /// <summary>Wake over the broadcast address of the PC's subnet too (<c>-u</c>).</summary>
    public bool Broadcast { get; init; }

    /// <summary>No GUI at the next boot (<c>-d</c>).</summary>
    public bool NoGui { get; init; }

    /// <summary>No automatic functions at the next boot (<c>-n</c>).</summary>
    public bool NoAuto { get; init; }

    /// <summary>Sizes of the waves, for instance <c>1,3</c>: one PC, then three, then the rest; empty for all at once. A wave with a failure stops the job.</summary>
    public string Waves { get; init; } = "";

    /// <summary>Who goes first where PCs have to wait.</summary>
    public JobPriority Priority { get; init; } = JobPriority.Normal;

    /// <summary>Where it stands.</summary>
    public JobState State { get; set; }

    /// <summary>Why it was made, in a person's words.</summary>
    public string Note { get; init; } = "";

    /// <summary>User name of who made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When it was made (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Not to be started before (UTC); null for at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>When the first PC was begun (UTC).</summary>
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>When the last PC ended (UTC).</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Set once somebody wants it ended.</summary>
    public bool CancelRequested { get; set; }

    /// <summary>The schedule that made it.</summary>
    public Guid? ScheduleId { get; init; }

    /// <summary>The job that it repeats, whole or its failed PCs.</summary>
    public Guid? RepeatOf { get; init; }

    /// <summary>One for each PC.</summary>
    public List<HostRun> Runs { get; init; } = [];
}

/// <summary>How commands reach PCs.</summary>
public enum JobWay
{
    /// <summary>Over SSH, now (linbo-remote <c>-c</c>).</summary>
    Direct,

    /// <summary>By a file that the PC fetches at its next boot (<c>-p</c>).</summary>
    OnBoot,
}

/// <summary>Who goes first.</summary>
public enum JobPriority
{
    /// <summary>Night work.</summary>
    Low,

    /// <summary>What people ask for.</summary>
    Normal,

    /// <summary>A class waits.</summary>
    High,
}

/// <summary>Where a job stands.</summary>
public enum JobState
{
    /// <summary>Its time has not come.</summary>
    Planned,

    /// <summary>Waits for a worker.</summary>
    Queued,

    /// <summary>At least one PC was begun.</summary>
    Running,

    /// <summary>Every PC is done or was skipped.</summary>
    Done,

    /// <summary>At least one PC failed.</summary>
    Failed,

    /// <summary>Ended by a person before it was done.</summary>
    Cancelled,

    /// <summary>All PCs that are left wait for their next boot.</summary>
    AwaitingBoot,
}
