using LinboPortal.Core.Accounts;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Hosts;

/// <summary>A room and what its hosts are doing.</summary>
internal sealed record RoomRow(Guid Id, string School, string Name, string Description, uint Version, StateCounts Hosts);

/// <summary>Rooms and group names for lists and choices.</summary>
internal sealed class RoomList(IDbContextFactory<PortalDb> databases)
{
    /// <summary>The rooms that the person may see, with their counts by state.</summary>
    public async Task<IReadOnlyList<RoomRow>> ReadAsync(Person person, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var counts = await db.Hosts.VisibleTo(person)
            .GroupBy(h => new { h.RoomId, State = !h.BootsLinbo ? HostState.Device : h.Status == null ? HostState.Unknown : h.Status.Shown })
            .Select(g => new { g.Key.RoomId, g.Key.State, Count = g.Count() }).ToListAsync(ct);
        var byRoom = counts.ToLookup(c => c.RoomId);
        var rooms = await db.Rooms.VisibleTo(person).OrderBy(r => r.School).ThenBy(r => r.Name).ToListAsync(ct);
        return [.. rooms.Select(r => new RoomRow(
            r.Id, r.School, r.Name, r.Description, r.Version, new StateCounts(byRoom[r.Id].ToDictionary(c => c.State, c => c.Count))))];
    }

    /// <summary>One room by key or name; null where there is none that the person may see.</summary>
    public async Task<RoomRow?> FindAsync(Person person, string idOrName, CancellationToken ct) =>
        (await ReadAsync(person, ct)).FirstOrDefault(r => Guid.TryParse(idOrName, out var id)
            ? r.Id == id
            : r.Name.Equals(idOrName, StringComparison.OrdinalIgnoreCase));

    /// <summary>Names to choose from.</summary>
    public async Task<Places> NamesAsync(Person person, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var rooms = await db.Rooms.VisibleTo(person).Select(r => r.Name).Distinct().OrderBy(n => n).ToListAsync(ct);
        var groups = await db.Hosts.VisibleTo(person).Where(h => h.GroupId != null).Select(h => h.Group!.Name)
            .Union(db.Groups.Where(_ => person.Scope is Scope.All).Select(g => g.Name)).OrderBy(n => n).ToListAsync(ct);
        var schools = await db.Rooms.VisibleTo(person).Select(r => r.School).Distinct().OrderBy(n => n).ToListAsync(ct);
        return new Places(rooms, groups, schools.Count == 0 ? [Host.DefaultSchool] : schools);
    }
}

/// <summary>The names that exist.</summary>
public sealed record Places(IReadOnlyList<string> Rooms, IReadOnlyList<string> Groups, IReadOnlyList<string> Schools)
{
    public static Places None { get; } = new([], [], [Host.DefaultSchool]);
}
