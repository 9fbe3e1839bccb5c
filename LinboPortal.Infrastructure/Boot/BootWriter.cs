using System.Net;
using System.Net.Sockets;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Events;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace LinboPortal.Infrastructure.Boot;

/// <summary>Reads and writes the journal's rows; one transaction a batch.</summary>
internal sealed class BootWriter(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    private const string ArpTable = "/proc/net/arp";

    /// <summary>True where the database is unreachable and the same batch may succeed later.</summary>
    public static bool IsDatabaseAway(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is NpgsqlException { IsTransient: true } or SocketException or TimeoutException or IOException)
                return true;
            // 57P…: shutting down or starting; 3D000, 42P01: made and migrated at start, perhaps not yet.
            if (e is PostgresException { SqlState: var state } && (state.StartsWith("57P", StringComparison.Ordinal) || state is "3D000" or "42P01"))
                return true;
        }

        return false;
    }

    /// <summary>The boots that may still get steps after a restart of the portal.</summary>
    public async Task<List<BootRun>> LoadOpenAsync(CancellationToken ct)
    {
        var since = time.GetUtcNow() - BootAttribution.Silence;
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.BootRuns.Include(r => r.Steps).Where(r => r.LastStepAt > since && r.StartedAt > since.AddHours(-1)).ToListAsync(ct);
    }

    /// <summary>Whose MACs and addresses these are.</summary>
    public async Task<KnownPcs> LookUpAsync(IReadOnlyCollection<BootObservation> batch, CancellationToken ct)
    {
        var neighbours = await NeighboursAsync(ct);
        var addresses = batch.Select(o => o.Client).OfType<IPAddress>().ToHashSet();
        var macs = batch.Select(o => o.Mac).OfType<MacAddress>()
            .Concat(batch.Select(o => BootPaths.TryGetMac(o.Path, out var mac) ? mac : default))
            .Concat(addresses.Select(neighbours.GetValueOrDefault))
            .Where(m => m != default).ToHashSet();
        await using var db = await databases.CreateDbContextAsync(ct);
        var byMac = await db.HostMacs.Where(m => macs.Contains(m.Mac)).ToDictionaryAsync(m => m.Mac, m => m.HostId, ct);
        var seen = await db.HostStatuses.Where(s => s.Address != null && addresses.Contains(s.Address)).OrderBy(s => s.SeenAt)
            .Select(s => new { s.Address, s.HostId }).ToListAsync(ct);
        var given = await db.Hosts.Where(h => h.Address != null && addresses.Contains(h.Address))
            .Select(h => new { h.Address, HostId = h.Id }).ToListAsync(ct);
        var byAddress = new Dictionary<IPAddress, Guid>();
        // A fixed address says more than one that was once proven.
        foreach (var host in seen.Concat(given))
            byAddress[host.Address!] = host.HostId;
        return new KnownPcs(byMac, byAddress, neighbours);
    }

    /// <summary>Writes boots, steps, states and new PCs; all or nothing.</summary>
    /// <returns>What to tell the portal once it is written.</returns>
    public async Task<IReadOnlyList<PortalEvent>> WriteAsync(IReadOnlyList<AttributedStep> steps, CancellationToken ct)
    {
        if (steps.Count == 0)
            return [];
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var hosts = await HostsOfAsync(db, steps, ct);
        var runs = await UpsertRunsAsync(db, steps, hosts, ct);
        db.BootSteps.AddRange(steps.Select(s => s.Step).OfType<BootStep>().Where(s => runs.ContainsKey(s.BootRunId)));
        var change = new BootStateChange(db, time.GetUtcNow());
        await change.UpdateStatusesAsync(steps, hosts, ct);
        await change.UpsertNewPcsAsync(steps, ct);
        await db.SaveChangesAsync(ct);
        await change.ProveAsync(steps, ct);
        await AbsorbAsync(db, steps, ct);
        await NewPcTable.TrimAsync(db, ct);
        if (steps.SelectMany(s => s.Displaced).ToHashSet() is { Count: > 0 } displaced)
            await db.BootRuns.Where(r => displaced.Contains(r.Id)).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
        return [.. steps.Select(s => Served(s, hosts)).OfType<PortalEvent>(), .. change.Events];
    }

    private static async Task<Dictionary<Guid, BootHost>> HostsOfAsync(PortalDb db, IReadOnlyList<AttributedStep> steps, CancellationToken ct)
    {
        var ids = steps.Select(s => s.Run.HostId).OfType<Guid>().ToHashSet();
        return await db.Hosts.Where(h => ids.Contains(h.Id)).Select(h => new BootHost(h.Id, h.Name, h.RoomId)).ToDictionaryAsync(h => h.Id, ct);
    }

    private static async Task<Dictionary<Guid, BootRun>> UpsertRunsAsync(
        PortalDb db, IReadOnlyList<AttributedStep> steps, Dictionary<Guid, BootHost> hosts, CancellationToken ct)
    {
        // A boot that was absorbed later in the same batch is still written: its steps move over with the others.
        var wanted = steps.Select(s => s.Run).DistinctBy(r => r.Id).ToList();
        var ids = wanted.Select(r => r.Id).ToList();
        var stored = await db.BootRuns.AsTracking().Where(r => ids.Contains(r.Id)).ToDictionaryAsync(r => r.Id, ct);
        foreach (var run in wanted)
        {
            if (!stored.TryGetValue(run.Id, out var row))
            {
                row = new BootRun { Id = run.Id, StartedAt = run.StartedAt };
                stored[run.Id] = row;
                db.BootRuns.Add(row);
            }

            // The host may have been deleted since it was looked up.
            row.HostId = run.HostId is { } host && hosts.ContainsKey(host) ? host : null;
            row.Mac = run.Mac;
            row.Address = run.Address;
            row.Firmware = run.Firmware;
            row.LastStepAt = run.LastStepAt;
            row.CompletedAt = run.CompletedAt;
            row.Verdict = null; // a boot that was given up goes on
        }

        return stored;
    }

    private static async Task AbsorbAsync(PortalDb db, IReadOnlyList<AttributedStep> steps, CancellationToken ct)
    {
        foreach (var step in steps.Where(s => s.Absorbed is not null))
        {
            var absorbed = step.Absorbed!.Value;
            await db.BootSteps.Where(s => s.BootRunId == absorbed)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.BootRunId, step.Run.Id), ct);
            await db.BootRuns.Where(r => r.Id == absorbed).ExecuteDeleteAsync(ct);
        }
    }

    private static PortalEvent.BootStepServed? Served(AttributedStep attributed, Dictionary<Guid, BootHost> hosts)
    {
        if (attributed.Step is not { } step)
            return null;
        var host = attributed.Run.HostId is { } id ? hosts.GetValueOrDefault(id) : null;
        return new PortalEvent.BootStepServed(
            attributed.Run.Id, host?.Id, host?.Name, host?.RoomId, step.Kind, step.Path, step.Outcome, step.Bytes, step.Duration);
    }

    private static async Task<Dictionary<IPAddress, MacAddress>> NeighboursAsync(CancellationToken ct) =>
        File.Exists(ArpTable) ? NeighbourTable.Parse(await File.ReadAllTextAsync(ArpTable, ct)) : [];
}

/// <summary>What the journal needs of a host.</summary>
internal sealed record BootHost(Guid Id, string Name, Guid RoomId);
