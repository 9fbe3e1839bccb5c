using LinboPortal.Core.Jobs;

namespace LinboPortal.Schedules;

/// <summary>What is said about a schedule: how its job went, or why there was none.</summary>
internal sealed record NoticeMessage(Guid ScheduleId, string Schedule, NoticeJob? Job, ScheduleResult? Result, DateTimeOffset? DueAt);

/// <summary>A job that ended.</summary>
internal sealed record NoticeJob(
    int Number, JobState State, string Target, string Commands, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, JobCounts Counts, IReadOnlyList<NoticeFailure> Failed);

/// <summary>A PC on which it failed.</summary>
internal sealed record NoticeFailure(string Host, RunReason? Reason, string Detail);

/// <summary>Why a message was not sent.</summary>
/// <param name="Text">In the words of the one who refused; never a secret.</param>
/// <param name="IsFinal">True where trying again cannot help.</param>
internal sealed record NoticeProblem(string Text, bool IsFinal = false);

/// <summary>Sends messages by one way.</summary>
internal interface INoticeSender
{
    /// <summary>The way.</summary>
    NoticeChannel Channel { get; }

    /// <summary>Sends; null where it worked.</summary>
    Task<NoticeProblem?> SendAsync(Schedule schedule, NoticeMessage message, CancellationToken ct);
}
