using LinboPortal.Core.Events;
using LinboPortal.Core.Jobs;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Jobs;

/// <summary>Ends a job once its last PC came to its end.</summary>
internal sealed class JobEnding(IDbContextFactory<PortalDb> databases, PortalEvents events, TimeProvider time)
{
    /// <summary>Ends the job where no run is open; told once, whoever asks.</summary>
    /// <returns>True where it has ended, by this call or before.</returns>
    public async Task<bool> TryEndAsync(Guid jobId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.Jobs.FirstOrDefaultAsync(j => j.Id == jobId, ct) is not { EndedAt: null } job)
            return true;
        var runs = await db.HostRuns.Where(r => r.JobId == jobId).Select(r => new { r.State, r.RoomId, IsOpen = r.EndedAt == null }).ToListAsync(ct);
        var counts = JobCounts.Of(runs.Select(r => r.State));
        if (runs.Exists(r => r.IsOpen))
        {
            await AwaitBootAsync(db, job, counts, [.. runs.Select(r => r.RoomId).Distinct()], ct);
            return false;
        }

        var (state, now) = (StateOf(job, counts), time.GetUtcNow());
        var ended = await db.Jobs.Where(j => j.Id == jobId && j.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(j => j.State, state).SetProperty(j => j.EndedAt, now), ct);
        if (ended == 1)
            events.Publish(new PortalEvent.JobCompleted(jobId, job.Number, state, counts, [.. runs.Select(r => r.RoomId).Distinct()]));
        return true;
    }

    // A job of which all that is left waits for a boot does not run: it may take weeks.
    private async Task AwaitBootAsync(PortalDb db, Job job, JobCounts counts, IReadOnlyList<Guid> rooms, CancellationToken ct)
    {
        var state = counts is { AwaitingBoot: > 0, Active: 0 } && counts.Ended + counts.AwaitingBoot == counts.Total ? JobState.AwaitingBoot : JobState.Running;
        if (counts.AwaitingBoot == 0 && job.State != JobState.AwaitingBoot)
            return;
        await db.Jobs.Where(j => j.Id == job.Id && j.EndedAt == null && j.State != state).ExecuteUpdateAsync(set => set.SetProperty(j => j.State, state), ct);
        events.Publish(new PortalEvent.JobProgress(job.Id, job.Number, counts, JobProgressNumbers.Percent(counts, 0), rooms));
    }

    private static JobState StateOf(Job job, JobCounts counts) =>
        job.CancelRequested && counts.Cancelled > 0 ? JobState.Cancelled
        : counts.Failed > 0 ? JobState.Failed
        : counts is { Done: 0, Cancelled: > 0 } ? JobState.Cancelled
        : JobState.Done;
}
