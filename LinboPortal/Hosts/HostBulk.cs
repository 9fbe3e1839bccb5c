using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Hosts;

/// <summary>What became of an act on many hosts: how many, or what was wrong.</summary>
internal sealed record BulkDone(int Count, HostIssue? Issue = null);

/// <summary>Deletes, moves and regroups many hosts at once; all or nothing.</summary>
internal sealed class HostBulk(IDbContextFactory<PortalDb> databases, PortalEvents events, TimeProvider time)
{
    /// <summary>More changes than this are told as one event.</summary>
    private const int MaxSingleEvents = 100;

    /// <summary>Deletes hosts with their boots.</summary>
    public Task<BulkDone> DeleteAsync(Person person, IReadOnlyCollection<Guid> ids, CancellationToken ct) =>
        ChangeAsync(person, ids, async (db, hosts) =>
        {
            foreach (var host in hosts)
                db.Audit(person, time.GetUtcNow(), AuditActions.HostDelete, host.Name, Facts(host));
            var gone = hosts.ConvertAll(h => h.Id);
            await db.Hosts.Where(h => gone.Contains(h.Id)).ExecuteDeleteAsync(ct);
            return h => new PortalEvent.HostDeleted(h.Id, h.Name, h.RoomId);
        }, n => new PortalEvent.HostsImported(0, 0, n), ct);

    /// <summary>Puts hosts into a room of their school; it is made where it does not exist.</summary>
    public async Task<BulkDone> MoveAsync(Person person, IReadOnlyCollection<Guid> ids, string room, CancellationToken ct)
    {
        if (HostName.CheckRoom(room.Trim()) is { } issue)
            return new BulkDone(0, issue);
        return await ChangeAsync(person, ids, async (db, hosts) =>
        {
            var places = new RoomsAndGroups(db);
            var rooms = new Dictionary<Guid, Guid>();
            foreach (var school in hosts.GroupBy(h => h.School))
            {
                var target = await places.RoomAsync(school.Key, room.Trim(), ct);
                await db.SaveChangesAsync(ct);
                var moved = school.Select(h => h.Id).ToList();
                await db.Hosts.Where(h => moved.Contains(h.Id) && h.RoomId != target).ExecuteUpdateAsync(s => s.SetProperty(h => h.RoomId, target), ct);
                moved.ForEach(h => rooms[h] = target);
            }

            foreach (var host in hosts.Where(h => rooms[h.Id] != h.RoomId))
                db.Audit(person, time.GetUtcNow(), AuditActions.HostUpdate, host.Name, Change("room", host.Room, room.Trim()));
            return h => new PortalEvent.HostUpdated(h.Id, h.Name, rooms[h.Id]);
        }, n => new PortalEvent.HostsImported(0, n, 0), ct);
    }

    /// <summary>Gives hosts a group, or none with <c>nopxe</c>; it is made where it does not exist.</summary>
    public async Task<BulkDone> RegroupAsync(Person person, IReadOnlyCollection<Guid> ids, string group, CancellationToken ct)
    {
        if (DeviceTexts.CheckGroup(group.Trim()) is { } issue)
            return new BulkDone(0, issue);
        var name = group.Trim() == Device.NoGroup ? null : group.Trim();
        List<PortalEvent> told = [];
        var done = await ChangeAsync(person, ids, async (db, hosts) =>
        {
            var places = new RoomsAndGroups(db);
            var target = hosts.Count == 0 ? null : await places.GroupAsync(hosts[0].School, name, ct);
            await db.SaveChangesAsync(ct);
            var moved = hosts.ConvertAll(h => h.Id);
            await db.Hosts.Where(h => moved.Contains(h.Id) && h.GroupId != target).ExecuteUpdateAsync(s => s.SetProperty(h => h.GroupId, target), ct);
            foreach (var host in hosts.Where(h => h.Group != name))
                db.Audit(person, time.GetUtcNow(), AuditActions.HostUpdate, host.Name, Change("group", host.Group ?? Device.NoGroup, group.Trim()));
            told.AddRange(places.NewGroups.Select(g => new PortalEvent.GroupUpdated(g.Id, g.Name, g.Revision)));
            return h => new PortalEvent.HostUpdated(h.Id, h.Name, h.RoomId);
        }, n => new PortalEvent.HostsImported(0, n, 0), ct);
        told.ForEach(events.Publish);
        return done;
    }

    private async Task<BulkDone> ChangeAsync(
        Person person, IReadOnlyCollection<Guid> ids, Func<PortalDb, List<BulkHost>, Task<Func<BulkHost, PortalEvent>>> change,
        Func<int, PortalEvent> summary, CancellationToken ct)
    {
        if (!person.May(Permission.HostsEdit))
            return new BulkDone(0);
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.LockHostsAsync(ct);
        var hosts = await db.Hosts.VisibleTo(person).Where(h => ids.Contains(h.Id)).OrderBy(h => h.Name)
            .Select(h => new BulkHost(h.Id, h.School, h.Name, h.RoomId, h.Room!.Name, h.Group!.Name, h.Macs.Select(m => m.Mac).ToList()))
            .ToListAsync(ct);
        var told = await change(db, hosts);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        if (hosts.Count > MaxSingleEvents)
            events.Publish(summary(hosts.Count));
        else
            hosts.ForEach(h => events.Publish(told(h)));
        return new BulkDone(hosts.Count);
    }

    private static string Facts(BulkHost host) =>
        JsonSerializer.Serialize(new { room = host.Room, group = host.Group, mac = string.Join(' ', host.Macs) });

    private static string Change(string field, string from, string to) =>
        JsonSerializer.Serialize(new Dictionary<string, object> { [field] = new { from, to } });

    private sealed record BulkHost(Guid Id, string School, string Name, Guid RoomId, string Room, string? Group, List<MacAddress> Macs);
}
