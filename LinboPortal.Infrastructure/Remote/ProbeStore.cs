using System.Net;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Events;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Boot;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>A host to look at, and what is known of it.</summary>
internal sealed record ProbedHost(Guid Id, IPAddress Address, HostState Known)
{
    /// <summary>It did not answer lately, or never did.</summary>
    public bool IsSilent => Known is HostState.Off or HostState.Unknown;
}

/// <summary>What was seen of a host.</summary>
internal sealed record Look(ProbedHost Host, HostState Found, DateTimeOffset At);

/// <summary>Reads the hosts to look at and writes down what was seen.</summary>
internal sealed class ProbeStore(IDbContextFactory<PortalDb> databases, PortalEvents events, TimeProvider time)
{
    private static readonly TimeSpan Renewed = TimeSpan.FromHours(1);

    /// <summary>All hosts with an address, or those that boot right now.</summary>
    public async Task<List<ProbedHost>> LoadAsync(bool booting, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var hosts = db.Hosts.Where(h => h.Address != null || h.Status!.Address != null);
        if (booting)
            hosts = hosts.Where(h => h.Status!.State == HostState.Booting);
        // While it boots, the address that it boots with says more than the one that it should have.
        return await hosts.Select(h => new ProbedHost(
            h.Id, booting ? h.Status!.Address ?? h.Address! : h.Address ?? h.Status!.Address!, h.Status == null ? HostState.Unknown : h.Status.State)).ToListAsync(ct);
    }

    /// <summary>Writes a batch in one transaction.</summary>
    /// <returns>The hosts that turned out to run LINBO.</returns>
    public async Task<IReadOnlyList<Look>> SaveAsync(IReadOnlyList<Look> looks, TimeSpan offAfter, CancellationToken ct)
    {
        if (looks.Count == 0)
            return [];
        // To the microsecond, as PostgreSQL keeps it: what this batch wrote is found by it.
        var clock = time.GetUtcNow();
        var now = clock.AddTicks(-(clock.Ticks % TimeSpan.TicksPerMicrosecond));
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var byId = looks.ToDictionary(l => l.Host.Id);
        await AddMissingAsync(db, [.. byId.Keys], now, ct);
        var rows = await ReadAsync(db, [.. byId.Keys], ct);
        var seen = looks.Where(l => l.Found != HostState.Off).Select(l => l.Host.Id).ToArray();
        // A booting host's silence is measured by its boot steps (BootSweeper), not by whether its network card answers.
        await db.HostStatuses.Where(s => seen.Contains(s.HostId) && s.State != HostState.Booting)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.SeenAt, now), ct);
        var changes = rows.Select(r => (Row: r, Next: ProbedState.Next(r.State, r.Since, r.SeenAt, byId[r.HostId].Found, byId[r.HostId].At, offAfter)))
            .Where(c => c.Next != c.Row.State).ToList();
        foreach (var change in changes.GroupBy(c => (c.Row.State, c.Next)))
        {
            var ids = change.Select(c => c.Row.HostId).ToArray();
            var (old, next) = change.Key;
            var since = change.Max(c => c.Row.Since);
            // A PC that runs a system has come up, whatever became of its boot.
            if (next is HostState.Linbo or HostState.Linux or HostState.Windows)
                await db.HostStatuses.Where(s => ids.Contains(s.HostId) && s.BootFailure != null && s.State == old && s.Since <= since)
                    .ExecuteUpdateAsync(set => set.SetProperty(s => s.BootFailure, (BootFailure?)null), ct);
            // The journal may have written in between: what it wrote stands.
            await db.HostStatuses.Where(s => ids.Contains(s.HostId) && s.State == old && s.Since <= since)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.State, next).SetProperty(s => s.Since, now), ct);
        }

        var all = changes.Select(c => c.Row.HostId).ToArray();
        var written = all is [] ? [] : await db.HostStatuses.Where(s => all.Contains(s.HostId) && s.Since == now).Select(s => s.HostId).ToHashSetAsync(ct);
        await transaction.CommitAsync(ct);
        var made = changes.Where(c => written.Contains(c.Row.HostId)).ToList();
        foreach (var (row, next) in made)
            events.Publish(new PortalEvent.HostStateChanged(row.HostId, row.Name, row.RoomId, next, now));
        return [.. made.Where(c => c.Next == HostState.Linbo).Select(c => byId[c.Row.HostId])];
    }

    /// <summary>Keeps which PCs without a fixed address answer to which addresses on the portal's own networks.</summary>
    public async Task ProveAsync(IReadOnlyDictionary<IPAddress, MacAddress> neighbours, CancellationToken ct)
    {
        var macs = neighbours.Values.ToHashSet();
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(ct);
        var known = await db.HostMacs.Where(m => macs.Contains(m.Mac))
            .Join(db.Hosts.Where(h => h.Address == null), m => m.HostId, h => h.Id, (m, h) => new { m.Mac, h.Id, h.Status!.Address, h.Status!.AddressProof, h.Status!.AddressProvenAt })
            .ToListAsync(ct);
        var found = neighbours.Join(known, n => n.Value, k => k.Mac, (n, k) => (Proven: new ProvenAddress(k.Id, n.Key, AddressProof.Neighbour), Known: k))
            .GroupBy(f => f.Known.Id).Where(g => !g.Any(f => f.Proven.Address.Equals(f.Known.Address) && f.Known.AddressProof == AddressProof.Neighbour && now - f.Known.AddressProvenAt < Renewed))
            .Select(g => g.First().Proven).ToList();
        if (found.Count == 0)
            return;
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await AddressProofs.WriteAsync(db, found, now, ct);
        await transaction.CommitAsync(ct);
    }

    private static Task<List<StoredState>> ReadAsync(PortalDb db, Guid[] ids, CancellationToken ct) => db.HostStatuses.Where(s => ids.Contains(s.HostId))
        .Join(db.Hosts, s => s.HostId, h => h.Id, (s, h) => new StoredState(s.HostId, s.State, s.Since, s.SeenAt, h.Name, h.RoomId)).ToListAsync(ct);

    private static Task<int> AddMissingAsync(PortalDb db, Guid[] ids, DateTimeOffset now, CancellationToken ct) => db.Database.ExecuteSqlAsync(
        $"""
        INSERT INTO host_statuses (host_id, state, since)
        SELECT h.id, 'Unknown', {now} FROM hosts h WHERE h.id = ANY({ids}) ORDER BY h.id
        ON CONFLICT (host_id) DO NOTHING
        """,
        ct);

    private sealed record StoredState(Guid HostId, HostState State, DateTimeOffset Since, DateTimeOffset? SeenAt, string Name, Guid RoomId);
}
