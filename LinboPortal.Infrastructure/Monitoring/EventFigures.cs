using System.Diagnostics.Metrics;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Events;
using LinboPortal.Core.Jobs;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LinboPortal.Infrastructure.Monitoring;

/// <summary>Counts what happens: boots and how long they take, jobs and PCs' parts in them by how they ended.</summary>
internal sealed partial class EventFigures(IDbContextFactory<PortalDb> databases, PortalEvents events, ILogger<EventFigures> logger) : BackgroundService, IPortalFigures
{
    private const int Backlog = 16384;

    private static readonly double[] BootSeconds = [5, 10, 15, 20, 25, 30, 40, 50, 60, 90, 120, 180, 300, 600];

    private static readonly string[] Firmwares = ["bios", "uefi", "uefi-http"];

    private readonly PortalEvents.Subscription subscription = events.Subscribe(Backlog, ownOnly: true);
    private readonly RecentIds boots = new();
    private readonly RecentIds completed = new();
    private readonly RecentIds runs = new();
    private Counter<long>? published;
    private Counter<long>? bootsStarted;
    private Histogram<double>? bootDuration;
    private Counter<long>? jobsCompleted;
    private Counter<long>? runsCompleted;

    public void Register(Meter meter)
    {
        published = meter.CreateCounter<long>("linbo_events", description: "Things that happened in this portal, by type.");
        bootsStarted = meter.CreateCounter<long>("linbo_boots_started", description: "Starts of PCs from the network.");
        bootDuration = meter.CreateHistogram(
            "linbo_boot_duration_seconds", "s", "From the first step of a boot to LINBO's SSH, by firmware.", tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = BootSeconds });
        jobsCompleted = meter.CreateCounter<long>("linbo_jobs_completed", description: "Jobs that ended, by how they ended.");
        runsCompleted = meter.CreateCounter<long>("linbo_host_runs_completed", description: "PCs' parts in jobs that ended, by how and why.");
    }

    public override void Dispose()
    {
        subscription.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var next in subscription.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await TakeAsync(next, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(e.GetBaseException().Message); // a number less: the database is away, and the next is counted again
            }
        }
    }

    private async Task TakeAsync(PortalEvent next, CancellationToken ct)
    {
        published?.Add(1, new KeyValuePair<string, object?>("type", next.Type));
        switch (next)
        {
            case PortalEvent.BootStepServed step:
                if (boots.Add(step.BootRunId))
                    bootsStarted?.Add(1);
                if (step is { Kind: BootStepKind.Ssh, Outcome: BootStepOutcome.Served } && completed.Add(step.BootRunId))
                    await BootedAsync(step.BootRunId, ct);
                break;
            case PortalEvent.JobCompleted job:
                jobsCompleted?.Add(1, new KeyValuePair<string, object?>("state", Labels.Word(job.State)));
                break;
            case PortalEvent.HostProgressed { State: RunState.Done or RunState.Failed or RunState.Cancelled or RunState.Skipped } run when runs.Add(run.RunId):
                runsCompleted?.Add(
                    1, new KeyValuePair<string, object?>("state", Labels.Word(run.State)),
                    new KeyValuePair<string, object?>("reason", run.Reason is { } reason ? Labels.Word(reason) : ""));
                break;
        }
    }

    private async Task BootedAsync(Guid id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.BootRuns.Where(r => r.Id == id && r.CompletedAt != null).Select(r => new { r.StartedAt, r.CompletedAt, r.Firmware }).SingleOrDefaultAsync(ct) is { } run)
        {
            bootDuration?.Record(
                (run.CompletedAt!.Value - run.StartedAt).TotalSeconds,
                new KeyValuePair<string, object?>("firmware", Firmwares.Contains(run.Firmware) ? run.Firmware : "unknown"));
        }
    }

    [LoggerMessage(LogLevel.Debug, "A number for the metrics is lost: {Reason}")]
    partial void LogFailed(string reason);

    /// <summary>Remembers so many keys that nothing is counted twice, and forgets the oldest.</summary>
    private sealed class RecentIds
    {
        private const int Capacity = 20_000;

        private readonly HashSet<Guid> known = [];
        private readonly Queue<Guid> order = [];

        public bool Add(Guid id)
        {
            if (!known.Add(id))
                return false;
            order.Enqueue(id);
            if (order.Count > Capacity)
                known.Remove(order.Dequeue());
            return true;
        }
    }
}
