using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Hosts;

/// <summary>What became of a room that was to be changed.</summary>
internal enum RoomOutcome
{
    Done,
    Refused,
    Conflict,
    Gone,
    HasHosts,
    Forbidden,
}

/// <summary>The outcome, the room's key, and what was wrong.</summary>
internal sealed record RoomSaved(RoomOutcome Outcome, Guid Id = default, HostIssue? Issue = null, int Hosts = 0);

/// <summary>Adds, renames, describes and deletes rooms.</summary>
internal sealed class RoomChanges(IDbContextFactory<PortalDb> databases, PortalEvents events, TimeProvider time)
{
    private const int MaxDescription = 1024;

    public async Task<RoomSaved> AddAsync(Person person, string school, string name, string description, CancellationToken ct)
    {
        if (!person.May(Permission.HostsEdit) || person.Scope is not Scope.All)
            return new RoomSaved(RoomOutcome.Forbidden);
        if (Check(name, description) is { } issue)
            return new RoomSaved(RoomOutcome.Refused, Issue: issue);
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.LockHostsAsync(ct);
        if (await TakenAsync(db, school, name, self: null, ct) is { } taken)
            return new RoomSaved(RoomOutcome.Refused, Issue: taken);
        var room = new Room { School = school, Name = name, Description = description };
        db.Rooms.Add(room);
        db.Audit(person, time.GetUtcNow(), AuditActions.RoomCreate, name);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new RoomSaved(RoomOutcome.Done, room.Id);
    }

    public async Task<RoomSaved> EditAsync(Person person, Guid id, uint version, string name, string description, CancellationToken ct)
    {
        if (!person.May(Permission.HostsEdit))
            return new RoomSaved(RoomOutcome.Forbidden);
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.LockHostsAsync(ct);
        var room = await db.Rooms.AsTracking().VisibleTo(person).FirstOrDefaultAsync(r => r.Id == id, ct);
        if (room is null)
            return new RoomSaved(RoomOutcome.Gone);
        if (room.Version != version)
            return new RoomSaved(RoomOutcome.Conflict, id);
        if ((Check(name, description) ?? await TakenAsync(db, room.School, name, id, ct)) is { } issue)
            return new RoomSaved(RoomOutcome.Refused, Issue: issue);
        var details = JsonSerializer.Serialize(new { name = new { from = room.Name, to = name }, description = new { from = room.Description, to = description } });
        (room.Name, room.Description) = (name, description);
        db.Audit(person, time.GetUtcNow(), AuditActions.RoomUpdate, name, details);
        var hosts = await db.Hosts.CountAsync(h => h.RoomId == id, ct);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        // The name of the room stands on every one of its hosts.
        events.Publish(new PortalEvent.HostsImported(0, hosts, 0));
        return new RoomSaved(RoomOutcome.Done, id);
    }

    /// <summary>Deletes an empty room.</summary>
    public async Task<RoomSaved> DeleteAsync(Person person, Guid id, CancellationToken ct)
    {
        if (!person.May(Permission.HostsEdit))
            return new RoomSaved(RoomOutcome.Forbidden);
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.LockHostsAsync(ct);
        var room = await db.Rooms.VisibleTo(person).FirstOrDefaultAsync(r => r.Id == id, ct);
        if (room is null)
            return new RoomSaved(RoomOutcome.Gone);
        if (await db.Hosts.CountAsync(h => h.RoomId == id, ct) is > 0 and var hosts)
            return new RoomSaved(RoomOutcome.HasHosts, id, Hosts: hosts);
        await db.Rooms.Where(r => r.Id == id).ExecuteDeleteAsync(ct);
        db.Audit(person, time.GetUtcNow(), AuditActions.RoomDelete, room.Name);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new RoomSaved(RoomOutcome.Done, id);
    }

    private static HostIssue? Check(string name, string description) => HostName.CheckRoom(name)
        ?? (description.Length > MaxDescription ? new HostIssue(HostField.Comment, HostProblem.TooLong, description, $"{MaxDescription}") : null);

    private static async Task<HostIssue?> TakenAsync(PortalDb db, string school, string name, Guid? self, CancellationToken ct)
    {
        var other = await db.Rooms.Where(r => r.Id != self && r.School == school && EF.Functions.ILike(r.Name, Like.Exactly(name), Like.Escape))
            .Select(r => r.Name).FirstOrDefaultAsync(ct);
        return other is null ? null : new HostIssue(HostField.Room, HostProblem.TakenBy, name, other);
    }
}
