using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Jobs;
using LinboPortal.Jobs;

namespace LinboPortal.Schedules;

/// <summary>Makes the jobs of schedules whose time has come.</summary>
internal sealed partial class ScheduleStarts(ScheduleReads reads, SchedulePeople people, JobDispatcher jobs, ScheduleResults results, ILogger<ScheduleStarts> log)
{
    private const int MostIssues = 10;

    /// <summary>Looks at all schedules once. Any number of portals may do it at the same time.</summary>
    public async Task LookAsync(CancellationToken ct)
    {
        foreach (var (schedule, due) in await reads.DueAsync(ct))
        {
            try
            {
                await StartAsync(schedule, due, ct);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // One that fails must not hold up the others; the next look tries again.
                LogFailed(schedule.Name, e);
            }
        }
    }

    private async Task StartAsync(Schedule schedule, ScheduleDue due, CancellationToken ct)
    {
        var handled = due.HandledUntil!.Value;
        if (due.Start is null)
            await results.RecordAsync(schedule, handled, ScheduleResult.Missed, $"{due.Missed}", ct);
        else if (await people.FindAsync(schedule, ct) is not { } person)
            await results.RecordAsync(schedule, handled, ScheduleResult.AccountGone, schedule.SavedBy, ct);
        else if (!ScheduleChanges.MayEdit(person))
            await results.RecordAsync(schedule, handled, ScheduleResult.NotAllowed, Permission.SchedulesEdit, ct);
        else
            await DispatchAsync(schedule, due, person, ct);
    }

    private async Task DispatchAsync(Schedule schedule, ScheduleDue due, Person person, CancellationToken ct)
    {
        var handled = due.HandledUntil!.Value;
        var request = ScheduleForm.Of(schedule).ToRequest() with { Note = schedule.Name, Confirmed = true, ScheduleId = schedule.Id };
        var result = due.IsCaughtUp ? ScheduleResult.CaughtUp : ScheduleResult.Started;
        // Job and memory of it in one transaction: a crash or a second portal makes neither two jobs nor none.
        switch (await jobs.DispatchAsync(person, request, (db, token) => results.ClaimAsync(db, schedule, handled, result, "", token), ct))
        {
            case JobOutcome.Created(_, var number, var hosts):
                results.Tell(schedule);
                LogStarted(schedule.Name, number, hosts);
                break;
            case JobOutcome.Refused(var issues):
                await results.RecordAsync(schedule, handled, ScheduleResult.Refused, JsonSerializer.Serialize(issues.Take(MostIssues)), ct);
                break;
            case JobOutcome.Forbidden(var permission):
                await results.RecordAsync(schedule, handled, ScheduleResult.NotAllowed, permission, ct);
                break;
        }
    }

    [LoggerMessage(LogLevel.Information, "Schedule {Schedule} made job {Number} for {Hosts} PCs")]
    private partial void LogStarted(string schedule, int number, int hosts);

    [LoggerMessage(LogLevel.Error, "Schedule {Schedule} could not be looked at")]
    private partial void LogFailed(string schedule, Exception exception);
}
