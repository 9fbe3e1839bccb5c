using System.Collections.Immutable;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Groups;
using LinboPortal.Core.StartConf;
using LinboPortal.Infrastructure.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Groups;

/// <summary>What a list of groups is asked for.</summary>
/// <param name="Search">A part of the name.</param>
/// <param name="Filter">Which groups.</param>
/// <param name="Sort">By what.</param>
internal sealed record GroupListQuery(string? Search, GroupFilter Filter, GroupSort Sort, bool IsDescending, int Skip, int Take);

/// <summary>Which groups a list shows.</summary>
internal enum GroupFilter
{
    All,
    WithoutText,
    WithoutHosts,
}

/// <summary>By what a list is sorted.</summary>
internal enum GroupSort
{
    Name,
    Hosts,
    SavedAt,
}

/// <summary>A line of the list.</summary>
internal sealed record GroupLine(Guid Id, string School, string Name, int Hosts, int Revision, DateTimeOffset? SavedAt, string? StartConf)
{
    /// <summary>The text, read.</summary>
    public StartConfDocument? Document { get; } = StartConf is null ? null : StartConfReader.Read(StartConf);

    /// <summary>What is wrong with it.</summary>
    public ImmutableArray<StartConfProblem> Problems => Document is null ? [] : StartConfRules.Check(Document, Name);
}

/// <summary>A page of the list.</summary>
internal sealed record GroupLines(IReadOnlyList<GroupLine> Lines, int Total);

/// <summary>Reads groups and their revisions.</summary>
internal sealed class GroupReads(IDbContextFactory<PortalDb> databases)
{
    /// <summary>A page of groups. Hosts are counted as far as the person sees them.</summary>
    public async Task<GroupLines> ListAsync(Person person, GroupListQuery query, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var hosts = db.Hosts.VisibleTo(person);
        var groups = db.Groups.AsQueryable();
        if (!string.IsNullOrWhiteSpace(query.Search))
            groups = groups.Where(g => EF.Functions.ILike(g.Name, "%" + Escape(query.Search.Trim()) + "%", "\\"));
        groups = query.Filter switch
        {
            GroupFilter.WithoutText => groups.Where(g => g.StartConf == null),
            GroupFilter.WithoutHosts => groups.Where(g => !hosts.Any(h => h.GroupId == g.Id)),
            _ => groups,
        };
        var sorted = (query.Sort, query.IsDescending) switch
        {
            (GroupSort.Hosts, false) => groups.OrderBy(g => hosts.Count(h => h.GroupId == g.Id)),
            (GroupSort.Hosts, true) => groups.OrderByDescending(g => hosts.Count(h => h.GroupId == g.Id)),
            (GroupSort.SavedAt, false) => groups.OrderBy(g => g.SavedAt),
            (GroupSort.SavedAt, true) => groups.OrderByDescending(g => g.SavedAt != null).ThenByDescending(g => g.SavedAt),
            (_, true) => groups.OrderByDescending(g => g.Name),
            _ => groups.OrderBy(g => g.Name),
        };
        var lines = await sorted.ThenBy(g => g.Id).Skip(query.Skip).Take(query.Take)
            .Select(g => new GroupLine(g.Id, g.School, g.Name, hosts.Count(h => h.GroupId == g.Id), g.Revision, g.SavedAt, g.StartConf))
            .ToListAsync(ct);
        return new GroupLines(lines, await groups.CountAsync(ct));
    }

    /// <summary>A group by name or key; null where there is none.</summary>
    public async Task<GroupDetail?> FindAsync(Person person, string nameOrId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var hosts = db.Hosts.VisibleTo(person);
        return await Named(db, nameOrId)
            .Select(g => new GroupDetail(
                g.Id, g.School, g.Name, g.StartConf, g.Revision, g.SavedAt,
                db.StartConfRevisions.Where(r => r.GroupId == g.Id && r.Number == g.Revision).Select(r => r.SavedBy).FirstOrDefault(),
                hosts.Count(h => h.GroupId == g.Id)))
            .FirstOrDefaultAsync(ct);
    }

    /// <summary>The saved texts, newest first.</summary>
    public async Task<IReadOnlyList<RevisionInfo>> RevisionsAsync(Guid group, int skip, int take, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.StartConfRevisions.Where(r => r.GroupId == group).OrderByDescending(r => r.Number).Skip(skip).Take(take)
            .Select(r => new RevisionInfo(r.Number, r.SavedAt, r.SavedBy, r.Note)).ToListAsync(ct);
    }

    /// <summary>One saved text; null where there is none.</summary>
    public async Task<StartConfRevision?> RevisionAsync(Guid group, int number, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.StartConfRevisions.FirstOrDefaultAsync(r => r.GroupId == group && r.Number == number, ct);
    }

    /// <summary>Names of all groups, for choices.</summary>
    public async Task<IReadOnlyList<string>> NamesAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Groups.OrderBy(g => g.Name).Select(g => g.Name).Take(2000).ToListAsync(ct);
    }

    /// <summary>The group of that name or key.</summary>
    public static IQueryable<HostGroup> Named(PortalDb db, string nameOrId) =>
        Guid.TryParse(nameOrId, out var id) ? db.Groups.Where(g => g.Id == id || g.Name == nameOrId) : db.Groups.Where(g => g.Name == nameOrId);

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}
