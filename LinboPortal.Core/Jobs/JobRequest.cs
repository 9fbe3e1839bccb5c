using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Jobs;

/// <summary>Commands for PCs as a person, a script or a schedule asks for them; not checked yet (<see cref="JobPlan.TryCreate"/> does it).</summary>
public sealed record JobRequest
{
    /// <summary>Whom it is for, as <see cref="HostSelector.TryParse"/> reads it, for instance <c>room:r101</c>.</summary>
    public required string Target { get; init; }

    /// <summary>The commands as linbo-remote has them, for instance <c>sync:1,start:1</c>; empty for a job that only wakes.</summary>
    public string Commands { get; init; } = "";

    /// <summary>Hosts of this school only; empty for all schools.</summary>
    public string School { get; init; } = "";

    /// <summary>How the commands reach the PCs.</summary>
    public JobWay Way { get; init; }

    /// <summary>Wake the PCs and wait so long for them; null to wake none.</summary>
    public TimeSpan? Wake { get; init; }

    /// <summary>Pause between the magic packets of two PCs.</summary>
    public TimeSpan Between { get; init; }

    /// <summary>Wake over the broadcast address of the PC's subnet too.</summary>
    public bool Broadcast { get; init; }

    /// <summary>No GUI at the next boot.</summary>
    public bool NoGui { get; init; }

    /// <summary>No automatic functions at the next boot.</summary>
    public bool NoAuto { get; init; }

    /// <summary>Sizes of the waves, as in <see cref="Job.Waves"/>.</summary>
    public string Waves { get; init; } = "";

    /// <summary>Who goes first where PCs have to wait.</summary>
    public JobPriority Priority { get; init; } = JobPriority.Normal;

    /// <summary>Why, in a person's words.</summary>
    public string Note { get; init; } = "";

    /// <summary>Not to be started before (UTC); null for at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>What is done about PCs that another job works on.</summary>
    public BusyRule WhenBusy { get; init; }

    /// <summary>The person was told what will be lost and wants it all the same.</summary>
    public bool Confirmed { get; init; }

    /// <summary>The schedule that asks.</summary>
    public Guid? ScheduleId { get; init; }

    /// <summary>The job that it repeats, whole or its failed PCs.</summary>
    public Guid? RepeatOf { get; init; }
}

/// <summary>What is done about PCs that another job works on.</summary>
public enum BusyRule
{
    /// <summary>They come afterwards: no PC ever works for two jobs at once.</summary>
    After,

    /// <summary>They are skipped.</summary>
    Skip,

    /// <summary>No job is made; the answer says how many there are.</summary>
    Refuse,
}
