using System.Linq.Expressions;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

namespace LinboPortal.Hosts;

/// <summary>What a list of hosts shall show. Everything is optional.</summary>
public sealed record HostQuery
{
    public const int MaxPageSize = 500;

    /// <summary>Words that must all be found, each in the name, a MAC, the address, the room, the group or the comment.</summary>
    public string Search { get; init; } = "";

    public HostState? State { get; init; }

    /// <summary>A room's name.</summary>
    public string? Room { get; init; }

    /// <summary>A group's name; <c>nopxe</c> for hosts without one.</summary>
    public string? Group { get; init; }

    public string? School { get; init; }

    public HostSort Sort { get; init; } = HostSort.Name;

    public bool Descending { get; init; }

    /// <summary>From 1.</summary>
    public int Page { get; init; } = 1;

    public int PageSize { get; init; } = 50;
}

/// <summary>Columns that a list of hosts can be sorted by.</summary>
public enum HostSort
{
    Name,
    State,
    Room,
    Group,
    Address,
    Seen,
}

/// <summary>The words of <see cref="HostQuery"/> as SQL.</summary>
internal static class HostQueryWords
{
    private const int MaxWords = 8;

    /// <summary>True for more words than are searched for.</summary>
    public static bool IsTooLong(string search) =>
        search.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Length > MaxWords;

    extension(IQueryable<Host> hosts)
    {
        /// <summary>Everything but the state.</summary>
        public IQueryable<Host> Matching(HostQuery query, PortalDb db)
        {
            if (query.School is { Length: > 0 } school)
                hosts = hosts.Where(h => h.School == school);
            if (query.Room is { Length: > 0 } room)
                hosts = hosts.Where(h => EF.Functions.ILike(h.Room!.Name, Like.Exactly(room), Like.Escape));
            if (query.Group == Device.NoGroup)
                hosts = hosts.Where(h => h.GroupId == null);
            else if (query.Group is { Length: > 0 } group)
                hosts = hosts.Where(h => h.Group!.Name == group);
            foreach (var word in query.Search.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(MaxWords))
                hosts = hosts.WithWord(word, db);
            return hosts;
        }

        public IQueryable<Host> InState(HostState? state) => state switch
        {
            null => hosts,
            HostState.Device => hosts.Where(h => !h.BootsLinbo),
            HostState.Unknown => hosts.Where(h => h.BootsLinbo && (h.Status == null || h.Status.Shown == HostState.Unknown)),
            _ => hosts.Where(h => h.BootsLinbo && h.Status!.Shown == state),
        };

        public IQueryable<Host> InOrder(HostSort sort, bool descending)
        {
            var ordered = (sort, descending) switch
            {
                (HostSort.Name, false) => hosts.OrderBy(h => h.Name),
                (HostSort.Name, true) => hosts.OrderByDescending(h => h.Name),
                (HostSort.Room, false) => hosts.OrderBy(h => h.Room!.Name).ThenBy(h => h.Name),
                (HostSort.Room, true) => hosts.OrderByDescending(h => h.Room!.Name).ThenBy(h => h.Name),
                (HostSort.Group, false) => hosts.OrderBy(h => h.Group!.Name).ThenBy(h => h.Name),
                (HostSort.Group, true) => hosts.OrderByDescending(h => h.Group!.Name).ThenBy(h => h.Name),
                (HostSort.Address, false) => hosts.OrderBy(h => h.Address).ThenBy(h => h.Name),
                (HostSort.Address, true) => hosts.OrderByDescending(h => h.Address).ThenBy(h => h.Name),
                // Who was never seen stands last in both directions.
                (HostSort.Seen, false) => hosts.OrderBy(h => h.Status!.SeenAt == null).ThenBy(h => h.Status!.SeenAt).ThenBy(h => h.Name),
                (HostSort.Seen, true) => hosts.OrderBy(h => h.Status!.SeenAt == null).ThenByDescending(h => h.Status!.SeenAt).ThenBy(h => h.Name),
                (HostSort.State, false) => hosts.OrderBy(h => !h.BootsLinbo).ThenBy(h => (string)(object)h.Status!.Shown).ThenBy(h => h.Name),
                (HostSort.State, true) => hosts.OrderBy(h => !h.BootsLinbo).ThenByDescending(h => (string)(object)h.Status!.Shown).ThenBy(h => h.Name),
                _ => throw new InvalidOperationException($"No order for {sort}."),
            };
            return ordered.ThenBy(h => h.Id);
        }

        // Other tables are searched once, for their keys: as a join or beside each host, a search among 20,000 takes several times as long.
        private IQueryable<Host> WithWord(string word, PortalDb db)
        {
            var pattern = Like.Part(word);
            var lower = Like.Part(word.ToLowerInvariant()); // names are stored so, and LIKE is far cheaper than ILIKE
            var rooms = db.Rooms.Where(r => EF.Functions.ILike(r.Name, pattern, Like.Escape)).Select(r => r.Id);
            var groups = db.Groups.Where(g => EF.Functions.ILike(g.Name, pattern, Like.Escape)).Select(g => (Guid?)g.Id);
            Expression<Func<Host, bool>> matches = h =>
                EF.Functions.Like(h.Name, lower, Like.Escape) || rooms.Contains(h.RoomId) || groups.Contains(h.GroupId)
                || (h.Comment != "" && EF.Functions.ILike(h.Comment, pattern, Like.Escape));
            if (MacPattern(word) is { } mac)
            {
                var owners = db.HostMacs.Where(m => EF.Functions.Like((string)(object)m.Mac, mac)).Select(m => m.HostId);
                matches = Either(matches, h => owners.Contains(h.Id));
            }

            if (word.All(c => char.IsAsciiDigit(c) || c == '.'))
            {
                // An inet as text ends with its mask ("10.0.0.1/32"), which nobody searches for.
                var address = $"%{word}%/%";
                var seen = db.HostStatuses.Where(s => EF.Functions.Like((string)(object)s.Address!, address)).Select(s => s.HostId);
                matches = Either(matches, h => EF.Functions.Like((string)(object)h.Address!, address) || seen.Contains(h.Id));
            }

            return hosts.Where(matches);
        }
    }

    private static Expression<Func<Host, bool>> Either(Expression<Func<Host, bool>> one, Expression<Func<Host, bool>> other) => Expression.Lambda<Func<Host, bool>>(
        Expression.OrElse(one.Body, ReplacingExpressionVisitor.Replace(other.Parameters[0], one.Parameters[0], other.Body)), one.Parameters);

    /// <summary>A part of a MAC in any spelling, as the database writes it; null for a word that is none.</summary>
    private static string? MacPattern(string word)
    {
        var text = word.ToLowerInvariant();
        if (text.Any(c => !char.IsAsciiHexDigit(c) && c is not (':' or '-' or '.')) || text.Length > 17)
            return null;
        if (text.Contains(':') || text.Contains('-'))
            return $"%{text.Replace('-', ':')}%";
        // 5254.00aa is a MAC as switches write it, 10.16 is the beginning of an address.
        if (text.Split('.') is [_, _, ..] groups && groups.SkipLast(1).Any(g => g.Length != 4))
            return null;
        var digits = text.Replace(".", "");
        return digits.Length is < 2 or > 12 ? null : $"%{string.Join(':', digits.Chunk(2).Select(pair => new string(pair)))}%";
    }
}
