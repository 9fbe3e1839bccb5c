using System.Collections.Concurrent;
using Hangfire;
using LinboPortal.Api;
using LinboPortal.Core.Events;
using LinboPortal.Core.Jobs;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Jobs.Running;

/// <summary>
/// Works on jobs, wave after wave. Rows are the truth: a run is claimed by a lease before it is worked on, and whoever calls twice, or in another
/// portal, finds nothing to do.
/// </summary>
internal sealed class JobRunner(
    IDbContextFactory<PortalDb> databases, HostWorker worker, JobEnding ending, RunLeases leases, JobEvents events)
{
    private readonly ConcurrentDictionary<Guid, bool> active = new();

    /// <summary>True while this portal works on the job.</summary>
    public bool IsWorkingOn(Guid job) => active.ContainsKey(job);

    /// <summary>Works on the job until all its PCs came to their end, as far as no other portal works on them.</summary>
    /// <remarks>Hangfire tries nothing again: a job that was broken off is found by its rows.</remarks>
    [AutomaticRetry(Attempts = 0)]
    [JobDisplayName("{0}")]
    public async Task RunAsync(Guid jobId, CancellationToken stopping)
    {
        if (!active.TryAdd(jobId, true))
            return;
        try
        {
            await WorkAsync(jobId, stopping);
        }
        finally
        {
            active.TryRemove(jobId, out _);
        }
    }

    private async Task WorkAsync(Guid jobId, CancellationToken stopping)
    {
        var (job, runs) = await AskAsync(ct => LoadAsync(jobId, ct), stopping);
        if (job is null)
            return;
        var work = events.Follow(job, runs);
        if (await AskAsync(ct => StartAsync(jobId, ct), stopping))
            events.Publish(new PortalEvent.JobStarted(job.Id, job.Number, work.Rooms));
        int[] waves = [.. runs.Where(r => r.EndedAt is null).Select(r => r.Wave).Distinct().Order()];
        foreach (var wave in waves)
        {
            if (await AskAsync(ct => StopsBeforeAsync(jobId, wave, ct), stopping))
                break;
            if (!await WaveAsync(work, wave, stopping))
                break;
        }

        await AskAsync(ct => ending.TryEndAsync(jobId, ct), stopping);
    }

    // All of it may be asked twice: what was done already is found as it was left.
    private Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken stopping) => DatabaseGone.WaitAsync(ask, events.Time, stopping);

    private async Task<(Job? Job, List<HostRun> Runs)> LoadAsync(Guid jobId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var job = await db.Jobs.FirstOrDefaultAsync(j => j.Id == jobId && j.EndedAt == null, ct);
        return (job, job is null ? [] : await db.HostRuns.Where(r => r.JobId == jobId).OrderBy(r => r.Position).ToListAsync(ct));
    }

    private async Task<bool> StartAsync(Guid jobId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = events.Now;
        return await db.Jobs.Where(j => j.Id == jobId && j.EndedAt == null && j.StartedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(j => j.StartedAt, now).SetProperty(j => j.State, JobState.Running), ct) == 1;
    }

    /// <summary>Works on the PCs of a wave that nobody works on.</summary>
    /// <returns>True where the whole wave has come to its end.</returns>
    private async Task<bool> WaveAsync(JobWork work, int wave, CancellationToken stopping)
    {
        var claimed = await AskAsync(ct => leases.ClaimAsync(work.Job.Id, wave, ct), stopping);
        var hosts = await AskAsync(ct => HostsOfAsync(claimed, ct), stopping);
        await Task.WhenAll(claimed.Select(run => RunAsync(work, run, hosts, stopping)));
        stopping.ThrowIfCancellationRequested();
        return await AskAsync(ct => HasEndedAsync(work.Job.Id, wave, ct), stopping);
    }

    private async Task<Dictionary<Guid, RunHost>> HostsOfAsync(IReadOnlyList<HostRun> runs, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await RunHost.ReadAsync(db, runs, ct);
    }

    private async Task<bool> HasEndedAsync(Guid jobId, int wave, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return !await db.HostRuns.AnyAsync(r => r.JobId == jobId && r.Wave == wave && r.EndedAt == null, ct);
    }

    private async Task RunAsync(JobWork work, HostRun run, Dictionary<Guid, RunHost> hosts, CancellationToken stopping)
    {
        var cancelled = leases.Begin(run);
        try
        {
            await worker.WorkAsync(new RunSheet(run, work), run.HostId is { } id ? hosts.GetValueOrDefault(id) : null, cancelled, stopping);
        }
        finally
        {
            leases.End(run);
        }
    }

    /// <summary>A wave with a failure is the last one: who comes behind it is left out.</summary>
    private async Task<bool> StopsBeforeAsync(Guid jobId, int wave, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (!await db.HostRuns.AnyAsync(r => r.JobId == jobId && r.Wave < wave && r.State == RunState.Failed, ct))
            return false;
        var now = events.Now;
        await db.HostRuns.Where(r => r.JobId == jobId && r.Wave >= wave && r.EndedAt == null && r.LeaseOwner == null).ExecuteUpdateAsync(
            set => set.SetProperty(r => r.State, RunState.Skipped).SetProperty(r => r.Reason, RunReason.WaveFailed).SetProperty(r => r.EndedAt, now), ct);
        return true;
    }
}

/// <summary>Tells the portal of jobs.</summary>
internal sealed class JobEvents(PortalEvents events, TimeProvider time)
{
    public DateTimeOffset Now => time.GetUtcNow();

    public TimeProvider Time => time;

    public JobWork Follow(Job job, IReadOnlyCollection<HostRun> runs) => new(job, runs, events, time);

    public void Publish(PortalEvent portalEvent) => events.Publish(portalEvent);
}
