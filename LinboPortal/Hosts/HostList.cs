using System.Net;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Hosts;

/// <summary>One line of a list.</summary>
/// <param name="Address">The fixed address, else the one last seen.</param>
/// <param name="IsFixed">True where the address is a fixed one.</param>
public sealed record HostRow(
    Guid Id, string School, string Name, Guid RoomId, string Room, string? Group, IPAddress? Address, bool IsFixed, MacAddress? Mac,
    HostState State, DateTimeOffset? Since, DateTimeOffset? SeenAt, string Comment, uint Version)
{
    /// <summary>Why the last boot did not come up; null where it did.</summary>
    public BootFailure? BootFailure { get; init; }

    /// <summary>False for a printer, a server or another device that does not boot LINBO.</summary>
    public bool IsPc { get; init; }

    /// <summary>Its sophomorixRole.</summary>
    public string Role { get; init; } = "";
}

/// <summary>A host that was chosen for an act.</summary>
/// <param name="IsPc">False for a device that does not boot LINBO.</param>
public sealed record PickedHost(Guid Id, string Name, bool IsPc);

/// <summary>One page of a list.</summary>
/// <param name="Counts">Counts by state under the same search and filters, the state itself aside.</param>
public sealed record PageOfHosts(IReadOnlyList<HostRow> Items, StateCounts Counts, int Total, int Page, int PageSize);

/// <summary>How many hosts there are in each state.</summary>
public sealed record StateCounts(IReadOnlyDictionary<HostState, int> ByState)
{
    /// <summary>The PCs; devices that boot no LINBO are not among them.</summary>
    public int Total => ByState.Where(s => s.Key != HostState.Device).Sum(s => s.Value);

    /// <summary>PCs that answer or boot.</summary>
    public int On => ByState.Where(s => s.Key.IsOn).Sum(s => s.Value);

    /// <summary>Printers, servers and other devices that do not boot LINBO.</summary>
    public int Devices => ByState.GetValueOrDefault(HostState.Device);
}

/// <summary>Reads hosts for people.</summary>
internal sealed class HostList(IDbContextFactory<PortalDb> databases)
{
    /// <summary>A page of the hosts that the person may see; the last one where there are fewer.</summary>
    public async Task<PageOfHosts> ReadAsync(Person person, HostQuery query, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var matching = db.Hosts.VisibleTo(person).Matching(query, db);
        var counts = await CountAsync(matching, ct);
        var total = query.State is { } state ? counts.ByState.GetValueOrDefault(state) : counts.Total + counts.Devices;
        var size = Math.Clamp(query.PageSize, 1, HostQuery.MaxPageSize);
        var page = Math.Clamp(query.Page, 1, Math.Max(1, (total + size - 1) / size));
        // Find the keys first: joins and MACs are then read for one page only.
        var ids = await matching.InState(query.State).InOrder(query.Sort, query.Descending).Skip((page - 1) * size).Take(size).Select(h => h.Id).ToListAsync(ct);
        var rows = await RowsAsync(db.Hosts.Where(h => ids.Contains(h.Id)), ct);
        return new PageOfHosts([.. ids.Where(rows.ContainsKey).Select(id => rows[id])], counts, total, page, size);
    }

    /// <summary>The lines of these hosts as they are now; for rows that are on a screen.</summary>
    public async Task<IReadOnlyDictionary<Guid, HostRow>> ReadAsync(Person person, IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await RowsAsync(db.Hosts.VisibleTo(person).Where(h => ids.Contains(h.Id)), ct);
    }

    /// <summary>Counts by state under the same search and filters, the state itself aside.</summary>
    public async Task<StateCounts> CountAsync(Person person, HostQuery query, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await CountAsync(db.Hosts.VisibleTo(person).Matching(query, db), ct);
    }

    /// <summary>The names of all hosts that match, for acts on a whole selection.</summary>
    public async Task<IReadOnlyList<PickedHost>> NamesAsync(Person person, HostQuery query, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var names = await db.Hosts.VisibleTo(person).Matching(query, db).InState(query.State).OrderBy(h => h.Name)
            .Select(h => new PickedHost(h.Id, h.Name, h.BootsLinbo)).ToListAsync(ct);
        return names;
    }

    /// <summary>One host by key or name; null where there is none that the person may see.</summary>
    public async Task<HostDetails?> FindAsync(Person person, string idOrName, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var name = idOrName.ToLowerInvariant();
        var hosts = db.Hosts.VisibleTo(person);
        hosts = Guid.TryParse(idOrName, out var id) ? hosts.Where(h => h.Id == id) : hosts.Where(h => h.Name == name);
        var host = await hosts.OrderBy(h => h.School).Include(h => h.Macs).Include(h => h.Room).Include(h => h.Group).Include(h => h.Status)
            .FirstOrDefaultAsync(ct);
        return host is null ? null : HostDetails.Of(host);
    }

    private static async Task<StateCounts> CountAsync(IQueryable<Host> hosts, CancellationToken ct)
    {
        var counts = await hosts.GroupBy(h => !h.BootsLinbo ? HostState.Device : h.Status == null ? HostState.Unknown : h.Status.Shown).Select(g => new { g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        return new StateCounts(counts);
    }

    private static async Task<Dictionary<Guid, HostRow>> RowsAsync(IQueryable<Host> hosts, CancellationToken ct) => await hosts
        .Select(h => new HostRow(
            h.Id, h.School, h.Name, h.RoomId, h.Room!.Name, h.Group!.Name, h.Address ?? h.Status!.Address, h.Address != null,
            h.Macs.OrderBy(m => m.Position).Select(m => (MacAddress?)m.Mac).FirstOrDefault(),
            h.Status == null ? HostState.Unknown : h.Status.State, h.Status!.Since, h.Status!.SeenAt, h.Comment, h.Version)
        {
            BootFailure = h.Status == null ? null : h.Status.BootFailure,
            IsPc = h.BootsLinbo,
            Role = h.Role,
        })
        .ToDictionaryAsync(h => h.Id, ct);
}
