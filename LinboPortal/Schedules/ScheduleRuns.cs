using LinboPortal.Core.Accounts;
using LinboPortal.Jobs;

namespace LinboPortal.Schedules;

/// <summary>Starts schedules out of turn, for the person who wants it, with that person's permissions.</summary>
internal sealed class ScheduleRuns(ScheduleReads reads, JobDispatcher jobs)
{
    /// <summary>Makes the job of a schedule now; its next start stays where it is.</summary>
    /// <returns>Null where there is no such schedule that the person may see.</returns>
    public async Task<JobOutcome?> StartAsync(Person person, string idOrName, JobConsent consent, CancellationToken ct)
    {
        if (await reads.FindAsync(person, idOrName, ct) is not { Schedule: var schedule })
            return null;
        return await jobs.DispatchAsync(person, ScheduleForm.Of(schedule).ToRequest() with { Note = schedule.Name, Confirmed = consent.Confirmed, WhenBusy = consent.WhenBusy, ScheduleId = schedule.Id }, ct);
    }
}
