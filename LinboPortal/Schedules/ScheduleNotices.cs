using LinboPortal.Core.Events;
using LinboPortal.Core.Jobs;
using LinboPortal.Groups;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Schedules;

/// <summary>Sends what is to be said about schedules. The rows are the outbox: a message that could not be sent is tried again, a few times.</summary>
internal sealed partial class ScheduleNotices(
    IDbContextFactory<PortalDb> databases, IEnumerable<INoticeSender> senders, PortalEvents events, TimeProvider time, ILogger<ScheduleNotices> log)
{
    /// <summary>How often a message is tried.</summary>
    public static int MostAttempts => Pauses.Length + 1;

    private const int FailedListed = 50;

    // Before the second try, the third …
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1)];
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(90);

    /// <summary>What ended longer ago than this is no news.</summary>
    private static readonly TimeSpan News = TimeSpan.FromDays(1);

    /// <summary>The ways on which a schedule wants to be told about.</summary>
    public static IEnumerable<NoticeChannel> ChannelsOf(Schedule schedule)
    {
        if (schedule.Mail.Length > 0)
            yield return NoticeChannel.Mail;
        if (schedule.WebHook.Length > 0)
            yield return NoticeChannel.WebHook;
    }

    /// <summary>Finds jobs that ended and sends what is due.</summary>
    public async Task SendAsync(CancellationToken ct)
    {
        await FindAsync(ct);
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        foreach (var id in await db.ScheduleNotices.Where(n => n.NextAttemptAt <= now).OrderBy(n => n.NextAttemptAt).Select(n => n.Id).Take(100).ToListAsync(ct))
            await TryAsync(id, ct);
        await db.ScheduleNotices.Where(n => n.CreatedAt < now - Remembered).ExecuteDeleteAsync(ct);
    }

    private async Task FindAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        var ended = await db.Jobs.Where(j => j.EndedAt > now - News && !db.ScheduleNotices.Any(n => n.JobId == j.Id))
            .Join(db.Schedules.Where(s => s.Mail != "" || s.WebHook != ""), j => j.ScheduleId, s => s.Id, (j, s) => new { j.Id, j.State, Schedule = s }).ToListAsync(ct);
        foreach (var job in ended.Where(j => !j.Schedule.OnlyFailures || j.State != JobState.Done))
            db.ScheduleNotices.AddRange(ChannelsOf(job.Schedule).Select(channel => new ScheduleNotice
            {
                ScheduleId = job.Schedule.Id,
                JobId = job.Id,
                Channel = channel,
                CreatedAt = now,
                NextAttemptAt = now,
            }));
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException e) when (e.IsDuplicate)
        {
            // Another portal saw the same end; what it did not see comes with the next look.
        }
    }

    private async Task TryAsync(Guid id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.ScheduleNotices.FirstOrDefaultAsync(n => n.Id == id, ct) is not { NextAttemptAt: not null } notice
            || await db.Schedules.FirstOrDefaultAsync(s => s.Id == notice.ScheduleId, ct) is not { } schedule)
            return;
        var (attempts, now) = (notice.Attempts + 1, time.GetUtcNow());
        // The next try is set before this one, so that a portal that dies in the middle loses no message.
        var next = now + Pauses[Math.Min(notice.Attempts, Pauses.Length - 1)];
        if (await db.ScheduleNotices.Where(n => n.Id == id && n.Attempts == notice.Attempts && n.NextAttemptAt <= now)
                .ExecuteUpdateAsync(set => set.SetProperty(n => n.Attempts, attempts).SetProperty(n => n.NextAttemptAt, next), ct) == 0)
            return; // another portal sends it
        var message = await MessageAsync(db, schedule, notice, ct);
        var problem = await senders.First(s => s.Channel == notice.Channel).SendAsync(schedule, message, ct);
        DateTimeOffset? sent = problem is null ? time.GetUtcNow() : null;
        DateTimeOffset? again = problem is null || problem.IsFinal || attempts >= MostAttempts ? null : next;
        await db.ScheduleNotices.Where(n => n.Id == id).ExecuteUpdateAsync(
            set => set.SetProperty(n => n.SentAt, sent).SetProperty(n => n.NextAttemptAt, again).SetProperty(n => n.Problem, problem == null ? "" : problem.Text), ct);
        if (problem is not null)
            LogFailed(notice.Channel, schedule.Name, attempts, problem.Text);
        events.Publish(new PortalEvent.ScheduleChanged(schedule.Id, schedule.Name));
    }

    private static async Task<NoticeMessage> MessageAsync(PortalDb db, Schedule schedule, ScheduleNotice notice, CancellationToken ct)
    {
        if (notice.JobId is not { } id || await db.Jobs.FirstOrDefaultAsync(j => j.Id == id, ct) is not { } job)
            return new NoticeMessage(schedule.Id, schedule.Name, null, notice.Result, notice.DueAt);
        var counts = JobCounts.Of(await db.HostRuns.Where(r => r.JobId == id).Select(r => r.State).ToListAsync(ct));
        var failed = await db.HostRuns.Where(r => r.JobId == id && r.State == RunState.Failed).OrderBy(r => r.Position).Take(FailedListed)
            .Select(r => new NoticeFailure(r.Host, r.Reason, r.Detail)).ToListAsync(ct);
        return new NoticeMessage(
            schedule.Id, schedule.Name, new NoticeJob(job.Number, job.State, job.Target, job.Commands, job.StartedAt, job.EndedAt, counts, failed), null, null);
    }

    [LoggerMessage(LogLevel.Warning, "{Channel} about schedule {Schedule} was not sent (try {Attempt}): {Problem}")]
    private partial void LogFailed(NoticeChannel channel, string schedule, int attempt, string problem);
}
