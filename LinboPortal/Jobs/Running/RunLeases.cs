using LinboPortal.Core.Jobs;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LinboPortal.Jobs.Running;

/// <summary>Which portal works on which run: taken for a while, kept by a heartbeat, taken over from who fell silent.</summary>
internal sealed class RunLeases(
    IDbContextFactory<PortalDb> databases, PortalIdentity portal, RunCancellations cancellations, IOptions<JobsOptions> options, TimeProvider time)
{
    private const long ClaimLock = 0x4C42_434C; // any number that nothing else locks

    /// <summary>Takes the runs of a wave that nobody works on, of PCs on which no other job works.</summary>
    public async Task<IReadOnlyList<HostRun>> ClaimAsync(Guid job, int wave, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var until = now + options.Value.Lease;
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // One after the other, so that no two jobs take the same PC in the same moment.
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({ClaimLock})", ct);
        var open = db.HostRuns.Where(r => r.JobId == job && r.Wave == wave && r.EndedAt == null && !RunStates.OfBoot.Contains(r.State));
        await open.Where(r => r.LeaseOwner == null || r.LeaseUntil < now)
            .Where(r => r.HostId == null || !db.HostRuns.Any(o => o.HostId == r.HostId && o.JobId != job && o.EndedAt == null && o.LeaseOwner != null && o.LeaseUntil >= now))
            .ExecuteUpdateAsync(set => set.SetProperty(r => r.LeaseOwner, portal.Owner).SetProperty(r => r.LeaseUntil, until), ct);
        var claimed = await open.Where(r => r.LeaseOwner == portal.Owner).OrderBy(r => r.Position).ToListAsync(ct);
        await transaction.CommitAsync(ct);
        return claimed;
    }

    /// <summary>Work on a run begins.</summary>
    /// <returns>Ends once a person wants the PC left alone.</returns>
    public CancellationToken Begin(HostRun run)
    {
        var token = cancellations.Add(run.Id);
        if (run.CancelRequested)
            cancellations.Request([run.Id]);
        return token;
    }

    /// <summary>Work on a run ended.</summary>
    public void End(HostRun run) => cancellations.Remove(run.Id);

    /// <summary>Says that this portal is alive, and hears what other portals' people want ended.</summary>
    public async Task KeepAsync(CancellationToken ct)
    {
        Guid[] working = [.. cancellations.Working];
        if (working.Length == 0)
            return;
        var until = time.GetUtcNow() + options.Value.Lease;
        await using var db = await databases.CreateDbContextAsync(ct);
        // By the order of keys, as the batches of the writer do: else one waits for the other for ever.
        await db.Database.ExecuteSqlAsync(
            $"""
            WITH locked AS MATERIALIZED (SELECT id FROM host_runs WHERE id = ANY({working}) AND lease_owner = {portal.Owner} ORDER BY id FOR NO KEY UPDATE)
            UPDATE host_runs r SET lease_until = {until} FROM locked l WHERE r.id = l.id
            """,
            ct);
        var ours = db.HostRuns.Where(r => working.Contains(r.Id) && r.LeaseOwner == portal.Owner);
        cancellations.Request(await ours.Where(r => r.CancelRequested).Select(r => r.Id).ToListAsync(ct));
    }

    /// <summary>Takes away the leases of this data directory's former processes: only one runs at a time, and this is it.</summary>
    public async Task<int> TakeOverAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.HostRuns.Where(r => r.EndedAt == null && r.LeaseOwner!.StartsWith(portal.Home) && r.LeaseOwner != portal.Owner)
            .ExecuteUpdateAsync(set => set.SetProperty(r => r.LeaseOwner, (string?)null).SetProperty(r => r.LeaseUntil, (DateTimeOffset?)null), ct);
    }

    /// <summary>Jobs whose time has come and that nobody works on, or not on all of it.</summary>
    public async Task<IReadOnlyList<Job>> ForgottenAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Jobs.Where(j => j.EndedAt == null && (j.NotBefore == null || j.NotBefore <= now)
                && (j.Runs.Any(r => r.EndedAt == null && !RunStates.OfBoot.Contains(r.State) && (r.LeaseOwner == null || r.LeaseUntil < now)
                        && !j.Runs.Any(b => b.EndedAt == null && RunStates.OfBoot.Contains(b.State) && b.Wave < r.Wave))
                    || !j.Runs.Any(r => r.EndedAt == null)))
            .OrderByDescending(j => j.Priority).ThenBy(j => j.Number).Take(500).ToListAsync(ct);
    }
}
