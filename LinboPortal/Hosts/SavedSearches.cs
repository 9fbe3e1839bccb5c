using LinboPortal.Core.Accounts;
using LinboPortal.Core.Hosts;
using LinboPortal.Groups;
using LinboPortal.Infrastructure.Hosts;
using LinboPortal.Infrastructure.Persistence;
using LinboPortal.Schedules;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Hosts;

/// <summary>A saved search as the person sees it.</summary>
/// <param name="MayDelete">True for an own one, and for a shared one where the person may edit PCs.</param>
public sealed record SavedSearchRow(Guid Id, string Name, string Query, string Owner, bool IsShared, bool MayDelete);

/// <summary>What became of a search that was to be saved or deleted.</summary>
internal abstract record SearchSaved
{
    private SearchSaved()
    {
    }

    /// <summary>Done.</summary>
    public sealed record Done(SavedSearchRow Search) : SearchSaved;

    /// <summary>Nothing was written.</summary>
    public sealed record Refused(IReadOnlyList<SavedSearchIssue> Issues) : SearchSaved;

    /// <summary>There is no such search, or not for this person.</summary>
    public sealed record Gone : SearchSaved;

    /// <summary>The person lacks this permission.</summary>
    public sealed record Forbidden(string Permission) : SearchSaved;
}

/// <summary>Reads, saves and deletes searches of the list of hosts.</summary>
internal sealed class SavedSearches(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    /// <summary>What one person may save.</summary>
    public const int Most = 100;

    /// <summary>The person's own and those that all have, by name.</summary>
    public async Task<IReadOnlyList<SavedSearchRow>> ListAsync(Person person, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var all = await db.SavedSearches.VisibleTo(person).ToListAsync(ct);
        return [.. all.OrderBy(s => s.Key, NaturalOrder.Names).ThenBy(s => s.IsShared).Select(s => RowOf(person, s))];
    }

    /// <summary>The search that a name means to the person: an own one before one that all have; null where there is none.</summary>
    public static async Task<HostSelector.Search?> FindAsync(PortalDb db, Person person, string name, CancellationToken ct)
    {
        var key = SavedSearch.KeyOf(name);
        var query = await db.SavedSearches.VisibleTo(person).Where(s => s.Key == key).OrderBy(s => s.IsShared).Select(s => s.Query).FirstOrDefaultAsync(ct);
        return query is null ? null : SavedSearchRules.Read(query);
    }

    /// <summary>The schedules that are for a saved search, as far as the person sees them.</summary>
    public async Task<IReadOnlyList<string>> SchedulesOfAsync(Person person, string name, CancellationToken ct)
    {
        if (!ScheduleReads.MayRead(person))
            return [];
        await using var db = await databases.CreateDbContextAsync(ct);
        var target = Like.Exactly($"saved:{name}");
        return await db.Schedules.Where(s => EF.Functions.ILike(s.Target, target, Like.Escape)).OrderBy(s => s.Name).Select(s => s.Name).ToListAsync(ct);
    }

    /// <summary>Saves a search for the person, or for all.</summary>
    public async Task<SearchSaved> SaveAsync(Person person, string name, string query, bool isShared, CancellationToken ct)
    {
        if (Lacking(person, isShared) is { } permission)
            return new SearchSaved.Forbidden(permission);
        name = name.Trim();
        var issues = SavedSearchRules.Check(name, query, out var search);
        await using var db = await databases.CreateDbContextAsync(ct);
        var key = SavedSearch.KeyOf(name);
        if (!issues.Exists(i => i.Field == "name") && await db.SavedSearches.VisibleTo(person).AnyAsync(s => s.Key == key, ct))
            issues.Add(Taken(name));
        if (await db.SavedSearches.CountAsync(s => s.Owner == person.UserName, ct) >= Most)
            issues.Add(new SavedSearchIssue("name", SavedSearchProblem.TooMany, $"{Most}"));
        if (issues.Count > 0 || search is null)
            return new SearchSaved.Refused(issues);
        var saved = new SavedSearch
        {
            Name = name,
            Key = key,
            Query = search.ToQuery(),
            Owner = person.UserName,
            IsShared = isShared,
            CreatedAt = time.GetUtcNow(),
        };
        db.SavedSearches.Add(saved);
        db.Audit(person, saved.CreatedAt, AuditActions.SearchSave, name, Facts(saved));
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException exception) when (exception.IsDuplicate)
        {
            return new SearchSaved.Refused([Taken(name)]); // somebody was faster
        }

        return new SearchSaved.Done(RowOf(person, saved));
    }

    /// <summary>Deletes one. Schedules that are for it say so at their next start.</summary>
    public async Task<SearchSaved> DeleteAsync(Person person, Guid id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.SavedSearches.AsTracking().VisibleTo(person).FirstOrDefaultAsync(s => s.Id == id, ct) is not { } saved)
            return new SearchSaved.Gone();
        if (Lacking(person, saved.IsShared) is { } permission)
            return new SearchSaved.Forbidden(permission);
        db.SavedSearches.Remove(saved);
        db.Audit(person, time.GetUtcNow(), AuditActions.SearchDelete, saved.Name, Facts(saved));
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            return new SearchSaved.Gone();
        }

        return new SearchSaved.Done(RowOf(person, saved));
    }

    private static string? Lacking(Person person, bool isShared) =>
        (isShared ? Permission.HostsEdit : Permission.HostsRead) is var needed && person.May(needed) ? null : needed;

    private static SavedSearchIssue Taken(string name) => new("name", SavedSearchProblem.NameTaken, name);

    private static SavedSearchRow RowOf(Person person, SavedSearch s) => new(s.Id, s.Name, s.Query, s.Owner, s.IsShared, Lacking(person, s.IsShared) is null);

    private static string Facts(SavedSearch s) =>
        System.Text.Json.JsonSerializer.Serialize(new { query = s.Query, shared = s.IsShared, owner = s.Owner });
}
