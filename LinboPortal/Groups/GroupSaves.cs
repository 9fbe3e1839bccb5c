using System.Collections.Immutable;
using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Groups;
using LinboPortal.Core.StartConf;
using LinboPortal.Infrastructure.Groups;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Groups;

/// <summary>Saves texts of start.conf: each one a new revision. Errors are refused, and so is a save over somebody else's.</summary>
internal sealed class GroupSaves(IDbContextFactory<PortalDb> databases, PortalEvents events, TimeProvider time)
{
    /// <summary>Characters that a start.conf may have.</summary>
    public const int LongestText = 512 * 1024;

    /// <summary>Characters that a note may have.</summary>
    public const int LongestNote = GroupRevisions.LongestNote;

    /// <summary>Saves a text.</summary>
    /// <param name="nameOrId">The group.</param>
    /// <param name="baseRevision">The revision that the person started from.</param>
    public async Task<GroupOutcome> SaveAsync(Person person, string nameOrId, string text, int baseRevision, string note, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await GroupReads.Named(db, nameOrId).AsTracking().FirstOrDefaultAsync(ct) is not { } group)
            return new GroupOutcome.NotFound();
        if (group.Revision != baseRevision)
            return await ConflictAsync(db, group, ct);
        if (group.StartConf == text)
            return new GroupOutcome.Done(group.Id, group.Name, group.Revision, IsChanged: false);
        return Errors(text, group.Name) is { IsEmpty: false } errors
            ? new GroupOutcome.Invalid(errors)
            : await SaveAsync(db, group, text, note, person, AuditActions.GroupSave, ct);
    }

    /// <summary>Makes an old text the current one, as a new revision.</summary>
    public async Task<GroupOutcome> RestoreAsync(Person person, string nameOrId, int number, int baseRevision, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await GroupReads.Named(db, nameOrId).AsTracking().FirstOrDefaultAsync(ct) is not { } group
            || await db.StartConfRevisions.FirstOrDefaultAsync(r => r.GroupId == group.Id && r.Number == number, ct) is not { } old)
            return new GroupOutcome.NotFound();
        if (group.Revision != baseRevision)
            return await ConflictAsync(db, group, ct);
        if (group.StartConf == old.Text)
            return new GroupOutcome.Done(group.Id, group.Name, group.Revision, IsChanged: false);

        // A text from before a renaming names the group as it was called then.
        var document = StartConfReader.Read(old.Text);
        var text = document.Linbo is { Group.Length: > 0 } linbo && linbo.Group != group.Name
            ? StartConfWriter.RenameGroup(document, group.Name).ToString()
            : old.Text;
        return await SaveAsync(db, group, text, $"restore of {number}", person, AuditActions.GroupRestore, ct);
    }

    /// <summary>What would keep a text from being saved: its errors, without the warnings.</summary>
    public static ImmutableArray<StartConfProblem> Errors(string text, string group) =>
        [.. StartConfRules.Check(StartConfReader.Read(text), group).Where(p => p.Severity == ProblemSeverity.Error)];

    /// <summary>Adds a revision to a tracked group. The caller saves.</summary>
    public static void AddRevision(PortalDb db, HostGroup group, string text, string note, Person person, DateTimeOffset at) =>
        GroupRevisions.Add(db, group, text, note, person.UserName, at);

    private async Task<GroupOutcome> SaveAsync(
        PortalDb db, HostGroup group, string text, string note, Person person, string action, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        AddRevision(db, group, text, note, person, now);
        db.Audit(person, now, action, group.Name, JsonSerializer.Serialize(new { revision = group.Revision, note }));
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException e) when (e is DbUpdateConcurrencyException || e.IsDuplicate)
        {
            await using var again = await databases.CreateDbContextAsync(ct);
            return await again.Groups.FirstOrDefaultAsync(g => g.Id == group.Id, ct) is { } current
                ? await ConflictAsync(again, current, ct)
                : new GroupOutcome.NotFound();
        }

        events.Publish(new PortalEvent.GroupUpdated(group.Id, group.Name, group.Revision));
        return new GroupOutcome.Done(group.Id, group.Name, group.Revision);
    }

    private static async Task<GroupOutcome> ConflictAsync(PortalDb db, HostGroup group, CancellationToken ct) => new GroupOutcome.Conflict(
        group.StartConf ?? "", group.Revision,
        await db.StartConfRevisions.Where(r => r.GroupId == group.Id && r.Number == group.Revision).Select(r => r.SavedBy).FirstOrDefaultAsync(ct));
}
