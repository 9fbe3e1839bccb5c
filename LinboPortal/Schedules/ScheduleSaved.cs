using LinboPortal.Core.Jobs;

namespace LinboPortal.Schedules;

/// <summary>What became of a schedule that was to be saved. Refusals are values.</summary>
internal abstract record ScheduleSaved
{
    private ScheduleSaved()
    {
    }

    /// <summary>Done.</summary>
    public sealed record Done(Guid Id, string Name) : ScheduleSaved;

    /// <summary>All that is wrong, of the schedule and of its job.</summary>
    public sealed record Refused(IReadOnlyList<ScheduleIssue> Issues, IReadOnlyList<JobIssue> JobIssues) : ScheduleSaved;

    /// <summary>Each time this will be lost on so many PCs: ask, then save again as confirmed.</summary>
    public sealed record NeedsConfirmation(IReadOnlyList<JobLoss> Losses, IReadOnlyList<string> Hosts) : ScheduleSaved;

    /// <summary>Somebody saved since: what stands there now. Nothing was written.</summary>
    public sealed record Conflict(ScheduleDetails Current) : ScheduleSaved;

    /// <summary>There is no such schedule.</summary>
    public sealed record Gone : ScheduleSaved;

    /// <summary>The person lacks a permission.</summary>
    public sealed record Forbidden(string Permission) : ScheduleSaved;
}
