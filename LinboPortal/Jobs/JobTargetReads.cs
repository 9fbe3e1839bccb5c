using System.Net;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using LinboPortal.Core.StartConf;
using LinboPortal.Hosts;
using LinboPortal.Infrastructure.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Jobs;

/// <summary>Finds the hosts that a selector means, as far as the person sees them.</summary>
internal static class JobTargetReads
{
    /// <summary>The hosts by room and name, as people count, and the names that lead nowhere.</summary>
    public static async Task<JobTargets> FindAsync(PortalDb db, Person person, HostSelector selector, string school, CancellationToken ct)
    {
        if (selector is HostSelector.Saved(var saved))
        {
            if (await SavedSearches.FindAsync(db, person, saved, ct) is not { } found)
                return new JobTargets([], [saved]);
            selector = found;
        }

        var hosts = db.Hosts.VisibleTo(person);
        if (school.Length > 0)
            hosts = hosts.Where(h => h.School == school);
        var (meant, missing) = selector switch
        {
            HostSelector.All(null) => (hosts, []),
            HostSelector.All(var only) => (hosts.Where(h => h.School == only), []),
            HostSelector.Search search => (Found(hosts, search, db), []),
            HostSelector.Rooms(var names) => await OfRoomsAsync(db, person, hosts, names, ct),
            HostSelector.Groups(var names) => await OfGroupsAsync(db, hosts, names, ct),
            HostSelector.Hosts(var names) => await NamedAsync(hosts, names, school, ct),
            _ => throw new InvalidOperationException($"Nobody finds {selector}."),
        };
        return new JobTargets(await ReadAsync(db, meant, ct), missing);
    }

    /// <summary>What other jobs do on these PCs or are about to, or what waits for their next boot; jobs whose time has not come are none.</summary>
    public static async Task<ILookup<Guid, OpenRun>> OpenAsync(PortalDb db, IReadOnlyCollection<Guid> hosts, CancellationToken ct)
    {
        var runs = await db.HostRuns.Where(r => r.EndedAt == null && r.HostId != null && hosts.Contains(r.HostId.Value))
            .Join(db.Jobs.Where(j => j.EndedAt == null && j.State != JobState.Planned), r => r.JobId, j => j.Id, (r, j) => new { HostId = r.HostId!.Value, r.State, j.Number })
            .ToListAsync(ct);
        return runs.OrderBy(r => r.Number).ToLookup(r => r.HostId, r => new OpenRun(r.Number, r.State == RunState.AwaitingBoot));
    }

    private static IQueryable<Host> Found(IQueryable<Host> hosts, HostSelector.Search search, PortalDb db) =>
        hosts.Matching(new HostQuery { Search = search.Words, Room = search.Room, Group = search.Group, School = search.School }, db).InState(search.State);

    private static async Task<(IQueryable<Host> Hosts, IReadOnlyList<string> Missing)> OfRoomsAsync(
        PortalDb db, Person person, IQueryable<Host> hosts, IReadOnlyList<string> names, CancellationToken ct)
    {
        // A school has hundreds, not thousands: case is told apart here, as people do.
        var all = await db.Rooms.VisibleTo(person).Select(r => new { r.Id, r.Name }).ToListAsync(ct);
        var rooms = all.FindAll(r => names.Contains(r.Name, StringComparer.OrdinalIgnoreCase));
        var ids = rooms.ConvertAll(r => r.Id);
        return (hosts.Where(h => ids.Contains(h.RoomId)), Without(names, rooms.Select(r => r.Name)));
    }

    private static async Task<(IQueryable<Host> Hosts, IReadOnlyList<string> Missing)> OfGroupsAsync(
        PortalDb db, IQueryable<Host> hosts, IReadOnlyList<string> names, CancellationToken ct)
    {
        var all = await db.Groups.Select(g => new { g.Id, g.Name }).ToListAsync(ct);
        var groups = all.FindAll(g => names.Contains(g.Name, StringComparer.OrdinalIgnoreCase));
        var ids = groups.ConvertAll(g => (Guid?)g.Id);
        return (hosts.Where(h => ids.Contains(h.GroupId)), Without(names, groups.Select(g => g.Name)));
    }

    // linbo-remote takes addresses too, and names of a school without its prefix.
    private static async Task<(IQueryable<Host> Hosts, IReadOnlyList<string> Missing)> NamedAsync(
        IQueryable<Host> hosts, IReadOnlyList<string> names, string school, CancellationToken ct)
    {
        var prefix = school is "" or Host.DefaultSchool ? "" : school.ToLowerInvariant() + "-";
        string[] lower = [.. names.SelectMany(n => new[] { n.ToLowerInvariant(), prefix + n.ToLowerInvariant() }).Distinct()];
        IPAddress[] addresses = [.. names.Where(n => n.Count('.') == 3).Select(n => IPAddress.TryParse(n, out var address) ? address : null).OfType<IPAddress>()];
        var found = await hosts.Where(h => lower.Contains(h.Name) || addresses.Contains(h.Address ?? h.Status!.Address!))
            .Select(h => new { h.Id, h.Name, Address = h.Address ?? h.Status!.Address }).ToListAsync(ct);
        var ids = found.ConvertAll(h => h.Id);
        var known = found.SelectMany(h => new[] { h.Name, h.Address?.ToString() ?? "", prefix.Length > 0 && h.Name.StartsWith(prefix, StringComparison.Ordinal) ? h.Name[prefix.Length..] : "" });
        return (hosts.Where(h => ids.Contains(h.Id)), Without(names, known));
    }

    private static IReadOnlyList<string> Without(IReadOnlyList<string> names, IEnumerable<string> known) =>
        [.. names.Except(known, StringComparer.OrdinalIgnoreCase)];

    private static async Task<IReadOnlyList<JobHost>> ReadAsync(PortalDb db, IQueryable<Host> meant, CancellationToken ct)
    {
        var rows = await meant.Select(h => new
        {
            h.Id,
            h.Name,
            h.RoomId,
            Room = h.Room!.Name,
            h.GroupId,
            h.BootsLinbo,
            HasAddress = h.Address != null || h.Status!.Address != null,
        }).ToListAsync(ct);
        var used = rows.Select(r => r.GroupId).OfType<Guid>().Distinct().ToList();
        var groups = await db.Groups.Where(g => used.Contains(g.Id)).Select(g => new { g.Id, g.Name, g.StartConf })
            .ToDictionaryAsync(g => g.Id, g => new JobGroup(g.Name, g.StartConf is null ? null : StartConfReader.Read(g.StartConf)), ct);
        return [.. rows.OrderBy(r => r.Room, NaturalOrder.Names).ThenBy(r => r.Name, NaturalOrder.Names)
            .Select(r => new JobHost(r.Id, r.Name, r.RoomId, r.GroupId is { } group ? groups.GetValueOrDefault(group) : null, r.BootsLinbo, r.HasAddress))];
    }
}

/// <summary>A PC's open part in a job.</summary>
internal sealed record OpenRun(int Number, bool AwaitsBoot);
