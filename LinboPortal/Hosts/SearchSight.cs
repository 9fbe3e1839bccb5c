using LinboPortal.Core.Accounts;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Hosts;

/// <summary>What a line of the search leads to.</summary>
public enum FoundKind
{
    /// <summary>A PC.</summary>
    Pc,

    /// <summary>A room.</summary>
    Room,

    /// <summary>A group.</summary>
    Group,
}

/// <summary>A line of the search.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="About">What else helps to tell it from others.</param>
/// <param name="Href">Its page.</param>
/// <param name="State">State of a PC.</param>
public sealed record Found(FoundKind Kind, string Name, string About, string Href, HostState? State = null, BootFailure? Failure = null);

/// <summary>Finds PCs, rooms and groups while somebody types; what a person does not see is not found.</summary>
internal sealed class SearchSight(IDbContextFactory<PortalDb> databases)
{
    private const int MostPcs = 7;
    private const int MostOthers = 3;

    /// <summary>The best few; names that begin with the text come first.</summary>
    public async Task<IReadOnlyList<Found>> FindAsync(string text, Person person, CancellationToken ct)
    {
        var term = text.Trim();
        if (term.Length == 0)
            return [];
        var lower = term.ToLowerInvariant();
        var part = Like.Part(term);
        await using var db = await databases.CreateDbContextAsync(ct);
        var pcs = await db.Hosts.VisibleTo(person).Matching(new HostQuery { Search = term }, db)
            .OrderByDescending(h => h.Name == lower).ThenByDescending(h => h.Name.StartsWith(lower)).ThenBy(h => h.Name.Length).ThenBy(h => h.Name).Take(MostPcs)
            .Select(h => new { h.Name, Room = h.Room!.Name, h.Address, State = !h.BootsLinbo ? HostState.Device : h.Status == null ? HostState.Unknown : h.Status.State, Failure = h.Status == null ? null : h.Status.BootFailure }).ToListAsync(ct);
        var rooms = await db.Rooms.VisibleTo(person).Where(r => EF.Functions.ILike(r.Name, part, Like.Escape) || EF.Functions.ILike(r.Description, part, Like.Escape))
            .OrderBy(r => r.Name.Length).ThenBy(r => r.Name).Take(MostOthers).Select(r => new { r.Id, r.Name, r.Description }).ToListAsync(ct);
        var groups = !person.May(Permission.GroupsRead) ? [] : await db.Groups.Where(g => EF.Functions.ILike(g.Name, part, Like.Escape))
            .OrderBy(g => g.Name.Length).ThenBy(g => g.Name).Take(MostOthers).Select(g => g.Name).ToListAsync(ct);
        return
        [
            .. pcs.Select(p => new Found(FoundKind.Pc, p.Name, p.Address is { } a ? $"{p.Room} · {a}" : p.Room, $"/hosts/{Uri.EscapeDataString(p.Name)}", p.State, p.Failure)),
            .. rooms.Select(r => new Found(FoundKind.Room, r.Name, r.Description, $"/rooms/{r.Id}")),
            .. groups.Select(g => new Found(FoundKind.Group, g, "", $"/groups/{Uri.EscapeDataString(g)}")),
        ];
    }
}
