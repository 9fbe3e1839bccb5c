using LinboPortal.Core.Jobs;

namespace LinboPortal.Jobs;

/// <summary>Which jobs a list shows.</summary>
internal enum JobTab
{
    /// <summary>Queued or running.</summary>
    Running,

    /// <summary>Their time has not come.</summary>
    Planned,

    /// <summary>Ended.</summary>
    History,

    /// <summary>All of them.</summary>
    All,
}

/// <summary>What a list of jobs shall show, newest first. Everything is optional.</summary>
internal sealed record JobListQuery
{
    public const int MaxPageSize = 200;

    public JobTab Tab { get; init; } = JobTab.All;

    /// <summary>Words that must all be found, each in the target, the commands, the note, who made it, a PC's name; or a job's number.</summary>
    public string Search { get; init; } = "";

    public JobState? State { get; init; }

    /// <summary>Jobs with this host.</summary>
    public Guid? HostId { get; init; }

    /// <summary>Jobs with a PC of this room.</summary>
    public Guid? RoomId { get; init; }

    public Guid? ScheduleId { get; init; }

    /// <summary>User name of who made it.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>From 1.</summary>
    public int Page { get; init; } = 1;

    public int PageSize { get; init; } = 50;
}

/// <summary>A job as lists show it. Counts are of the PCs that the person sees.</summary>
public sealed record JobRow(
    Guid Id, int Number, string Target, string Commands, JobWay Way, TimeSpan? Wake, JobPriority Priority, JobState State, string Note, string CreatedBy,
    DateTimeOffset CreatedAt, DateTimeOffset? NotBefore, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, bool CancelRequested, Guid? ScheduleId,
    JobCounts Counts, double Percent);

/// <summary>One page of a list.</summary>
/// <param name="Running">How many are queued or running, whatever is shown.</param>
/// <param name="Planned">How many are planned, whatever is shown.</param>
internal sealed record PageOfJobs(IReadOnlyList<JobRow> Items, int Total, int Page, int PageSize, int Running, int Planned)
{
    /// <summary>How many wait for boots, whatever is shown.</summary>
    public int AwaitingBoot { get; init; }
}
