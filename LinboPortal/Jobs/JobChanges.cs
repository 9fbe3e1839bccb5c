using System.Globalization;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Jobs;
using LinboPortal.Infrastructure.Jobs;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Jobs;

/// <summary>What became of a wish to end something.</summary>
internal enum JobCancelled
{
    /// <summary>It ends, within seconds where it was at work.</summary>
    Done,

    /// <summary>There is no such job or run that the person may see.</summary>
    NotFound,

    /// <summary>It has ended before.</summary>
    Ended,

    /// <summary>The person may not.</summary>
    Forbidden,
}

/// <summary>Ends jobs and runs, and makes new jobs out of old ones.</summary>
internal sealed class JobChanges(
    IDbContextFactory<PortalDb> databases, JobDispatcher dispatcher, JobEnding ending, RunCancellations cancellations, Running.OnBootRuns onBoot, TimeProvider time)
{
    /// <summary>Ends a job: all of it, or the part that the person sees.</summary>
    public async Task<JobCancelled> CancelAsync(Person person, string numberOrId, CancellationToken ct)
    {
        if (!person.May(Permission.JobsRun))
            return JobCancelled.Forbidden;
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await JobSight.Named(db.Jobs.VisibleTo(person), numberOrId).FirstOrDefaultAsync(ct) is not { } job)
            return JobCancelled.NotFound;
        if (job.EndedAt is not null)
            return JobCancelled.Ended;
        if (!await MayEndAsync(db, person, job, ct))
            return JobCancelled.Forbidden;
        var runs = db.HostRuns.VisibleTo(person).Where(r => r.JobId == job.Id && r.EndedAt == null);
        await CancelAsync(db, person, job, runs, "", ct);
        return JobCancelled.Done;
    }

    /// <summary>Ends one PC's part in a job.</summary>
    public async Task<JobCancelled> CancelRunAsync(Person person, Guid runId, CancellationToken ct)
    {
        if (!person.May(Permission.JobsRun))
            return JobCancelled.Forbidden;
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.HostRuns.VisibleTo(person).FirstOrDefaultAsync(r => r.Id == runId, ct) is not { } run)
            return JobCancelled.NotFound;
        if (run.EndedAt is not null)
            return JobCancelled.Ended;
        var job = await db.Jobs.FirstAsync(j => j.Id == run.JobId, ct);
        if (!await MayEndAsync(db, person, job, ct))
            return JobCancelled.Forbidden;
        await CancelAsync(db, person, job, db.HostRuns.Where(r => r.Id == runId && r.EndedAt == null), run.Host, ct);
        return JobCancelled.Done;
    }

    /// <summary>Makes a new job for the PCs of an old one that failed, or were left out because others failed.</summary>
    /// <returns>Null where there is no such job that the person may see.</returns>
    public Task<JobOutcome?> RetryFailedAsync(Person person, string numberOrId, JobConsent consent, CancellationToken ct) =>
        RepeatAsync(person, numberOrId, consent, async (db, job) =>
        {
            var names = await db.HostRuns.VisibleTo(person).Where(r => r.JobId == job.Id && r.HostId != null && (r.State == RunState.Failed || r.Reason == RunReason.WaveFailed))
                .OrderBy(r => r.Position).Join(db.Hosts, r => r.HostId, h => h.Id, (r, h) => h.Name).ToListAsync(ct);
            return names.Count == 0 ? null : $"host:{string.Join(',', names)}";
        }, ct);

    /// <summary>Makes the same job again, for the PCs that its target means now.</summary>
    /// <returns>Null where there is no such job that the person may see.</returns>
    public Task<JobOutcome?> DuplicateAsync(Person person, string numberOrId, JobConsent consent, CancellationToken ct) =>
        RepeatAsync(
            person, numberOrId, consent, async (db, job) => (await JobList.SharedTargetsAsync(db, person, [job.Id], ct)).GetValueOrDefault(job.Id, job.Target), ct);

    private async Task<JobOutcome?> RepeatAsync(
        Person person, string numberOrId, JobConsent consent, Func<PortalDb, Job, Task<string?>> target, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await JobSight.Named(db.Jobs.VisibleTo(person), numberOrId).FirstOrDefaultAsync(ct) is not { } job)
            return null;
        if (await target(db, job) is not { } whom)
            return new JobOutcome.Refused([new JobIssue(JobField.Target, JobProblem.NoPcs, job.Number.ToString(CultureInfo.InvariantCulture))]);
        var shared = (await JobList.SharedTargetsAsync(db, person, [job.Id], ct)).Count > 0;
        return await dispatcher.DispatchAsync(person, RequestOf(job) with { Target = whom, Note = shared ? "" : job.Note, Confirmed = consent.Confirmed, WhenBusy = consent.WhenBusy }, ct);
    }

    /// <summary>The request that a job was made from, to be asked again.</summary>
    public static JobRequest RequestOf(Job job) => new()
    {
        Target = job.Target,
        Commands = job.Commands,
        School = job.School,
        Way = job.Way,
        Wake = job.Wake,
        Between = job.Between,
        Broadcast = job.Broadcast,
        NoGui = job.NoGui,
        NoAuto = job.NoAuto,
        Waves = job.Waves,
        Priority = job.Priority,
        Note = job.Note,
        RepeatOf = job.Id,
    };

    /// <summary>
    /// True where the person may end the job. Who sees some rooms only may not end what an administrator or a schedule began: a format or an upload
    /// that is cut off costs more than the wait for its end.
    /// </summary>
    public static async Task<bool> MayEndAsync(PortalDb db, Person person, Job job, CancellationToken ct) =>
        person.Scope is Scope.All
        || (job.ScheduleId is null && (job.CreatedBy == person.UserName || await db.Users.AnyAsync(a => a.UserName == job.CreatedBy && a.Role == Role.Teacher, ct)));

    private async Task CancelAsync(PortalDb db, Person person, Job job, IQueryable<HostRun> runs, string host, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // By the order of keys, as whoever works on the runs does.
        await db.Database.ExecuteSqlAsync($"SELECT id FROM host_runs WHERE job_id = {job.Id} AND ended_at IS NULL ORDER BY id FOR NO KEY UPDATE", ct);
        await runs.ExecuteUpdateAsync(set => set.SetProperty(r => r.CancelRequested, true), ct);
        // Whom nobody works on yet ends here; the others end where they are worked on.
        await runs.Where(r => r.CancelRequested && r.LeaseOwner == null && r.State == RunState.Waiting).ExecuteUpdateAsync(
            set => set.SetProperty(r => r.State, RunState.Cancelled).SetProperty(r => r.Reason, RunReason.ByPerson).SetProperty(r => r.EndedAt, now), ct);
        var working = await runs.Where(r => r.CancelRequested).Select(r => r.Id).ToListAsync(ct);
        if (host.Length == 0 && !await db.HostRuns.AnyAsync(r => r.JobId == job.Id && r.EndedAt == null && !r.CancelRequested, ct))
            await db.Jobs.Where(j => j.Id == job.Id).ExecuteUpdateAsync(set => set.SetProperty(j => j.CancelRequested, true), ct);
        db.Audit(person, now, AuditActions.JobCancel, host.Length > 0 ? $"#{job.Number} {host}" : $"#{job.Number}");
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        cancellations.Request(working);
        await onBoot.TakeBackAsync(job.Id, ct);
        await ending.TryEndAsync(job.Id, ct);
    }
}
