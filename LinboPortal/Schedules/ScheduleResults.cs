using System.Text.Json;
using LinboPortal.Core.Events;
using LinboPortal.Core.Jobs;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Schedules;

/// <summary>Remembers what became of a time of a schedule.</summary>
internal sealed partial class ScheduleResults(IDbContextFactory<PortalDb> databases, PortalEvents events, TimeProvider time, ILogger<ScheduleResults> log)
{
    /// <summary>
    /// Takes a time as dealt with, in the transaction of the caller. False where another portal did, or where the schedule was changed or switched off meanwhile.
    /// </summary>
    public async Task<bool> ClaimAsync(PortalDb db, Schedule schedule, DateTimeOffset handled, ScheduleResult result, string detail, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var claimed = await db.ScheduleStates.Where(s => s.ScheduleId == schedule.Id && (s.LastDueAt == null || s.LastDueAt < handled))
            .ExecuteUpdateAsync(
                set => set.SetProperty(s => s.LastDueAt, handled).SetProperty(s => s.Result, result).SetProperty(s => s.ResultAt, now).SetProperty(s => s.Detail, detail), ct);
        return claimed == 1 && await db.Schedules.AnyAsync(s => s.Id == schedule.Id && s.Enabled && s.Version == schedule.Version, ct);
    }

    /// <summary>Remembers a time for which no job was made, and has it told.</summary>
    public async Task RecordAsync(Schedule schedule, DateTimeOffset handled, ScheduleResult result, string detail, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (!await ClaimAsync(db, schedule, handled, result, detail, ct))
            return;
        var now = time.GetUtcNow();
        foreach (var channel in ScheduleNotices.ChannelsOf(schedule))
            db.ScheduleNotices.Add(new ScheduleNotice { ScheduleId = schedule.Id, DueAt = handled, Result = result, Channel = channel, CreatedAt = now, NextAttemptAt = now });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        LogNotRun(schedule.Name, handled, result, detail);
        Tell(schedule);
    }

    /// <summary>What was wrong with a job that could not be made.</summary>
    public static IReadOnlyList<JobIssue> IssuesOf(ScheduleState state)
    {
        try
        {
            return JsonSerializer.Deserialize<List<JobIssue>>(state.Detail) ?? [];
        }
        catch (JsonException)
        {
            return []; // written by another version
        }
    }

    /// <summary>Tells pages that something is new about a schedule.</summary>
    public void Tell(Schedule schedule) => events.Publish(new PortalEvent.ScheduleChanged(schedule.Id, schedule.Name));

    [LoggerMessage(LogLevel.Warning, "Schedule {Schedule} was not run for {Due}: {Result} {Detail}")]
    private partial void LogNotRun(string schedule, DateTimeOffset due, ScheduleResult result, string detail);
}
