using LinboPortal.Core.Boot;
using LinboPortal.Core.Events;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Boot;

/// <summary>Ends the state "booting" of hosts that fell silent, and forgets old boots.</summary>
public sealed partial class BootSweeper(
    IDbContextFactory<PortalDb> databases, PortalEvents events, IOptions<BootJournalOptions> options, TimeProvider time, ILogger<BootSweeper> log)
    : BackgroundService
{
    /// <summary>A host is booting no longer than so long after its last step.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);
    private const int RoundsToRetention = 40;

    /// <summary>An older boot that nobody judged says nothing of today.</summary>
    private static readonly TimeSpan StillNews = TimeSpan.FromDays(1);
    private const int JudgedAtOnce = 100;

    /// <summary>Gives hosts that nothing was heard of back to the probes.</summary>
    public async Task EndQuietBootsAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(ct);
        var quiet = await db.HostStatuses.Where(s => s.State == HostState.Booting && (s.SeenAt == null || s.SeenAt < now - Quiet))
            .Join(db.Hosts, s => s.HostId, h => h.Id, (s, h) => new { h.Id, h.Name, h.RoomId }).ToListAsync(ct);
        foreach (var host in quiet)
        {
            var ended = await db.HostStatuses.Where(s => s.HostId == host.Id && s.State == HostState.Booting && (s.SeenAt == null || s.SeenAt < now - Quiet))
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.State, HostState.Unknown).SetProperty(s => s.Since, now), ct);
            if (ended > 0)
                events.Publish(new PortalEvent.HostStateChanged(host.Id, host.Name, host.RoomId, HostState.Unknown, now));
        }
    }

    /// <summary>Writes down how boots that fell silent ended; the PC is shown as failed until it comes up.</summary>
    public async Task JudgeQuietBootsAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(ct);
        var runs = await db.BootRuns.Where(r => r.CompletedAt == null && r.Verdict == null && r.HostId != null && r.LastStepAt < now - Quiet && r.LastStepAt > now - StillNews)
            .OrderBy(r => r.LastStepAt).Take(JudgedAtOnce).Include(r => r.Steps).ToListAsync(ct);
        if (runs.Count == 0)
            return;
        var groups = await db.Groups.Select(g => new { g.Name, HasStartConf = g.StartConf != null }).ToDictionaryAsync(g => g.Name, g => g.HasStartConf, ct);
        foreach (var run in runs)
            await JudgeAsync(db, run, BootTimeline.Of(run, new BootSurroundings(groups), now), ct);
    }

    private async Task JudgeAsync(PortalDb db, BootRun run, BootTimeline boot, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // A step that came meanwhile lets the boot go on.
        if (await db.BootRuns.Where(r => r.Id == run.Id && r.LastStepAt == run.LastStepAt && r.CompletedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(r => r.Verdict, (BootVerdict?)boot.Verdict), ct) == 0)
            return;
        var failure = BootFailure.Of(boot, run.LastStepAt);
        var failed = await db.HostStatuses
            .Where(s => s.HostId == run.HostId && s.State != HostState.Booting && s.State != HostState.Linbo && s.State != HostState.Linux && s.State != HostState.Windows)
            .Where(s => !db.BootRuns.Any(r => r.HostId == run.HostId && r.StartedAt > run.StartedAt))
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.BootFailure, failure), ct);
        var host = await db.Hosts.Where(h => h.Id == run.HostId).Select(h => new { h.Id, h.Name, h.RoomId, h.Status!.State, h.Status.Since }).FirstOrDefaultAsync(ct);
        await transaction.CommitAsync(ct);
        if (failed > 0 && host is not null)
            events.Publish(new PortalEvent.HostStateChanged(host.Id, host.Name, host.RoomId, host.State, host.Since) { BootFailed = true });
    }

    /// <summary>Keeps the newest boots of each PC; those of unknown PCs are bounded in all.</summary>
    public async Task ForgetOldBootsAsync(CancellationToken ct)
    {
        var keep = options.Value;
        var oldest = time.GetUtcNow() - TimeSpan.FromDays(keep.KeepDays);
        await using var db = await databases.CreateDbContextAsync(ct);
        await db.BootRuns.Where(r => r.StartedAt < oldest).ExecuteDeleteAsync(ct);
        await db.NewPcs.Where(p => p.LastSeenAt < oldest && !p.Ignored).ExecuteDeleteAsync(ct);
        await db.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM boot_runs WHERE id IN (
              SELECT id FROM (
                SELECT id, row_number() OVER (PARTITION BY host_id ORDER BY started_at DESC) AS number FROM boot_runs WHERE host_id IS NOT NULL
              ) AS known WHERE number > {keep.KeepRuns}
              UNION ALL
              SELECT id FROM (
                SELECT id, row_number() OVER (PARTITION BY coalesce(mac, host(address)) ORDER BY started_at DESC) AS own,
                  row_number() OVER (ORDER BY started_at DESC) AS number FROM boot_runs WHERE host_id IS NULL
              ) AS unknown WHERE own > {keep.KeepRuns} OR number > {keep.KeepUnknownRuns})
            """,
            ct);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        var failing = false;
        for (var round = 0; await timer.WaitForNextTickAsync(stoppingToken); round++)
        {
            try
            {
                await EndQuietBootsAsync(stoppingToken);
                await JudgeQuietBootsAsync(stoppingToken);
                if (round % RoundsToRetention == 0)
                    await ForgetOldBootsAsync(stoppingToken);
                failing = false;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                if (!failing)
                    LogFailed(e.GetBaseException().Message);
                failing = true;
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Old boots could not be looked through: {Reason}")]
    private partial void LogFailed(string reason);
}
