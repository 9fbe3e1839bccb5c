using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Groups;
using LinboPortal.Core.StartConf;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Groups;

/// <summary>What a new group's start.conf is made from.</summary>
internal abstract record GroupSeed
{
    private GroupSeed()
    {
    }

    /// <summary>A template; without systems it is [LINBO] alone.</summary>
    public sealed record Template(StartConfTemplate Value) : GroupSeed;

    /// <summary>The text of another group, byte for byte but for the group's name.</summary>
    public sealed record CopyOf(string NameOrId) : GroupSeed;

    /// <summary>A text that the person brings.</summary>
    public sealed record Text(string Value) : GroupSeed;
}

/// <summary>What becomes of the hosts of a group that is deleted.</summary>
internal abstract record HostsBecome
{
    private HostsBecome()
    {
    }

    /// <summary>Nothing was said: the group stays where it has hosts.</summary>
    public sealed record Unsaid : HostsBecome;

    /// <summary>They boot no LINBO any more.</summary>
    public sealed record WithoutGroup : HostsBecome;

    /// <summary>They join another group.</summary>
    public sealed record MembersOf(string NameOrId) : HostsBecome;
}

/// <summary>Creates, renames and deletes groups.</summary>
internal sealed class GroupChanges(IDbContextFactory<PortalDb> databases, PortalEvents events, TimeProvider time)
{
    /// <summary>Creates a group with its first revision.</summary>
    public async Task<GroupOutcome> CreateAsync(Person person, string name, GroupSeed seed, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await CheckNameAsync(db, name, except: null, ct) is { } problem)
            return new GroupOutcome.NameRefused(problem);
        if (await SeedAsync(db, name, seed, ct) is not { } text)
            return new GroupOutcome.NotFound();
        // A copy may have the problems of its original; a text that is brought may not.
        if (seed is GroupSeed.Text && GroupSaves.Errors(text, name) is { IsEmpty: false } errors)
            return new GroupOutcome.Invalid(errors);

        var now = time.GetUtcNow();
        var group = new HostGroup { School = Host.DefaultSchool, Name = name };
        db.Groups.Add(group);
        var note = seed is GroupSeed.CopyOf(var original) ? $"copy of {original}" : "created";
        GroupSaves.AddRevision(db, group, text, note, person, now);
        db.Audit(person, now, AuditActions.GroupCreate, name, JsonSerializer.Serialize(new { from = note }));
        return await SaveAsync(db, group, ct);
    }

    /// <summary>Renames a group, in its start.conf as well.</summary>
    public async Task<GroupOutcome> RenameAsync(Person person, string nameOrId, string name, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await GroupReads.Named(db, nameOrId).AsTracking().FirstOrDefaultAsync(ct) is not { } group)
            return new GroupOutcome.NotFound();
        if (group.Name == name)
            return new GroupOutcome.Done(group.Id, name, group.Revision, IsChanged: false);
        if (await CheckNameAsync(db, name, group.Id, ct) is { } problem)
            return new GroupOutcome.NameRefused(problem);

        var now = time.GetUtcNow();
        var old = group.Name;
        group.Name = name;
        if (group.StartConf is { } text)
            GroupSaves.AddRevision(db, group, StartConfWriter.RenameGroup(StartConfReader.Read(text), name).ToString(), $"renamed from {old}", person, now);
        db.Audit(person, now, AuditActions.GroupRename, old, JsonSerializer.Serialize(new { name }));
        return await SaveAsync(db, group, ct);
    }

    /// <summary>Deletes a group with its revisions. Hosts keep their data and become what the person said.</summary>
    public async Task<GroupOutcome> DeleteAsync(Person person, string nameOrId, HostsBecome hosts, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await GroupReads.Named(db, nameOrId).AsTracking().FirstOrDefaultAsync(ct) is not { } group)
            return new GroupOutcome.NotFound();
        Guid? next = null;
        if (hosts is HostsBecome.MembersOf(var other))
        {
            next = await GroupReads.Named(db, other).Where(g => g.Id != group.Id).Select(g => (Guid?)g.Id).FirstOrDefaultAsync(ct);
            if (next is null)
                return new GroupOutcome.NotFound();
        }

        var moved = hosts is HostsBecome.Unsaid
            ? 0
            : await db.Hosts.Where(h => h.GroupId == group.Id).ExecuteUpdateAsync(set => set.SetProperty(h => h.GroupId, next), ct);
        db.Groups.Remove(group);
        db.Audit(person, time.GetUtcNow(), AuditActions.GroupDelete, group.Name, JsonSerializer.Serialize(new { hosts = moved, next, revisions = group.Revision }));
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException e) when (e.IsInUse)
        {
            await transaction.RollbackAsync(ct);
            return new GroupOutcome.InUse(await db.Hosts.CountAsync(h => h.GroupId == group.Id, ct));
        }

        await transaction.CommitAsync(ct);
        events.Publish(new PortalEvent.GroupUpdated(group.Id, group.Name, 0));
        if (moved > 0)
            events.Publish(new PortalEvent.HostsImported(0, moved, 0));
        return new GroupOutcome.Done(group.Id, group.Name, 0);
    }

    private async Task<GroupOutcome> SaveAsync(PortalDb db, HostGroup group, CancellationToken ct)
    {
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            await using var again = await databases.CreateDbContextAsync(ct);
            return await again.Groups.FirstOrDefaultAsync(g => g.Id == group.Id, ct) is { } current
                ? new GroupOutcome.Conflict(current.StartConf ?? "", current.Revision, null)
                : new GroupOutcome.NotFound();
        }
        catch (DbUpdateException e) when (e.IsDuplicate)
        {
            return new GroupOutcome.NameRefused(GroupNameProblem.Taken);
        }

        events.Publish(new PortalEvent.GroupUpdated(group.Id, group.Name, group.Revision));
        return new GroupOutcome.Done(group.Id, group.Name, group.Revision);
    }

    private static async Task<GroupNameProblem?> CheckNameAsync(PortalDb db, string name, Guid? except, CancellationToken ct)
    {
        if (!StartConfRules.IsGroupName(name))
            return GroupNameProblem.BadCharacters;
        if (HostGroup.IsReserved(name))
            return GroupNameProblem.Reserved;
        // Two names that differ in case only are two files, and one mistake.
        var lower = name.ToLowerInvariant();
#pragma warning disable CA1304, CA1311, CA1862 // translated to SQL's lower()
        return await db.Groups.AnyAsync(g => g.Name.ToLower() == lower && g.Id != except, ct) ? GroupNameProblem.Taken : null;
#pragma warning restore CA1304, CA1311, CA1862
    }

    private static async Task<string?> SeedAsync(PortalDb db, string name, GroupSeed seed, CancellationToken ct) => seed switch
    {
        GroupSeed.Template(var template) => template.Render(name),
        GroupSeed.Text(var text) => text,
        GroupSeed.CopyOf(var original) => await GroupReads.Named(db, original).Select(g => g.StartConf).FirstOrDefaultAsync(ct) is { } text
            ? StartConfWriter.RenameGroup(StartConfReader.Read(text), name).ToString()
            : null,
        _ => throw new InvalidOperationException($"No seed {seed}."),
    };
}
