using System.Diagnostics.Metrics;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Monitoring;

/// <summary>What the database knows: PCs by state, work that is not at its end, how long the oldest waits. What it cannot tell is not told.</summary>
internal sealed class StateFigures(IDbContextFactory<PortalDb> databases, TimeProvider time) : IPortalFigures
{
    private static readonly JobState[] OpenJobs = [JobState.Planned, JobState.Queued, JobState.Running, JobState.AwaitingBoot];

    private static readonly RunState[] OpenRuns = [RunState.Waiting, RunState.Waking, RunState.Connecting, RunState.Running, RunState.AwaitingBoot, RunState.Fetched];

    private volatile Figures? last;

    private sealed record Figures(
        Dictionary<HostState, int> Hosts, Dictionary<JobState, int> Jobs, Dictionary<RunState, int> Runs, DateTimeOffset? OldestDue, long Size, DateTimeOffset At);

    public void Register(Meter meter)
    {
        meter.CreateObservableGauge("linbo_hosts", () => ByState(last?.Hosts, Enum.GetValues<HostState>()), description: "PCs by state.");
        meter.CreateObservableGauge("linbo_jobs", () => ByState(last?.Jobs, OpenJobs), description: "Jobs that are not at their end, by state.");
        meter.CreateObservableGauge("linbo_host_runs", () => ByState(last?.Runs, OpenRuns), description: "PCs' parts in jobs that are not at their end, by state.");
        meter.CreateObservableGauge("linbo_job_queue_age_seconds", QueueAge, "s", "How long the oldest job that is due has been waiting for a worker.");
        meter.CreateObservableGauge("linbo_database_size_bytes", Size, "By", "Size of the portal's database.");
    }

    public async Task RefreshAsync(CancellationToken ct)
    {
        last = null;
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(ct);
        var hosts = await db.Hosts.GroupBy(h => h.Status == null ? HostState.Unknown : h.Status.Shown)
            .Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var jobs = await db.Jobs.Where(j => OpenJobs.Contains(j.State))
            .GroupBy(j => j.State).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var runs = await db.HostRuns.Where(r => r.EndedAt == null)
            .GroupBy(r => r.State).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var oldest = await db.Jobs.Where(j => j.State == JobState.Queued && (j.NotBefore == null || j.NotBefore <= now))
            .MinAsync(j => (DateTimeOffset?)(j.NotBefore ?? j.CreatedAt), ct);
        var size = (await db.Database.SqlQuery<long>($"SELECT pg_database_size(current_database()) AS \"Value\"").ToListAsync(ct))[0];
        last = new Figures(hosts, jobs, runs, oldest, size, now);
    }

    private static IEnumerable<Measurement<int>> ByState<T>(Dictionary<T, int>? counts, IEnumerable<T> states)
        where T : struct, Enum =>
        counts is null ? [] : states.Select(s => Labels.Of(counts.GetValueOrDefault(s), "state", Labels.Word(s)));

    private IEnumerable<Measurement<double>> QueueAge() =>
        last is { } figures ? [new(figures.OldestDue is { } due ? (figures.At - due).TotalSeconds : 0)] : [];

    private IEnumerable<Measurement<long>> Size() => last is { } figures ? [new(figures.Size)] : [];
}
