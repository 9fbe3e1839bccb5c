using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Hosts;

/// <summary>Adds and changes single hosts: checks, row, audit and event.</summary>
internal sealed class HostChanges(IDbContextFactory<PortalDb> databases, PortalEvents events, TimeProvider time)
{
    /// <summary>Adds a host; its room and group are made where they do not exist.</summary>
    public async Task<HostSaved> AddAsync(Person person, HostForm form, CancellationToken ct)
    {
        if (!person.May(Permission.HostsEdit))
            return new HostSaved.Forbidden();
        List<HostIssue> issues = [];
        var read = form.Read(issues);
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.LockHostsAsync(ct);
        if (read is not null)
            issues.AddRange(await HostUniqueness.CheckAsync(db, read, self: null, ct));
        if (read is null || issues.Any(i => !i.IsWarning))
            return new HostSaved.Refused(issues);
        var places = new RoomsAndGroups(db);
        var host = new Host { School = read.School, Name = read.Device.Name, CreatedAt = time.GetUtcNow() };
        await HostFill.ApplyAsync(host, read, places, ct);
        host.Macs.AddRange(HostFill.Macs(read, host.Id));
        db.Hosts.Add(host);
        db.Audit(person, time.GetUtcNow(), AuditActions.HostCreate, host.Name, HostAudit.Of(read));
        await db.SaveChangesAsync(ct);
        await BootAdoption.AdoptAsync(db, time.GetUtcNow(), ct);
        await transaction.CommitAsync(ct);
        Publish(places, new PortalEvent.HostCreated(host.Id, host.Name, host.RoomId));
        return await DoneAsync(host.Id, issues, ct);
    }

    /// <summary>Changes a host.</summary>
    /// <param name="person">Who.</param>
    /// <param name="id">Its key.</param>
    /// <param name="version">The version that the person saw.</param>
    /// <param name="form">What it shall be.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<HostSaved> EditAsync(Person person, Guid id, uint version, HostForm form, CancellationToken ct)
    {
        if (!person.May(Permission.HostsEdit))
            return new HostSaved.Forbidden();
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.LockHostsAsync(ct);
        if (await ReadAsync(db.Hosts.VisibleTo(person), id, ct) is not { } old)
            return new HostSaved.Gone();
        if (old.Version != version)
            return new HostSaved.Conflict(old);
        List<HostIssue> issues = [];
        var read = (form with { School = old.School }).Read(issues);
        if (read is not null)
            issues.AddRange(await HostUniqueness.CheckAsync(db, read, id, ct));
        if (read is null || issues.Any(i => !i.IsWarning))
            return new HostSaved.Refused(issues);
        if (HostAudit.Changes(old, read) is not { } details)
            return new HostSaved.Done(old, issues);
        var host = await db.Hosts.AsTracking().SingleAsync(h => h.Id == id, ct);
        var places = new RoomsAndGroups(db);
        host.Name = read.Device.Name;
        await HostFill.ApplyAsync(host, read, places, ct);
        if (!old.Macs.SequenceEqual(read.Macs))
            await ReplaceMacsAsync(db, host, read, ct);
        db.Audit(person, time.GetUtcNow(), AuditActions.HostUpdate, host.Name, details);
        await db.SaveChangesAsync(ct);
        await BootAdoption.AdoptAsync(db, time.GetUtcNow(), ct);
        await transaction.CommitAsync(ct);
        Publish(places, new PortalEvent.HostUpdated(host.Id, host.Name, host.RoomId));
        return await DoneAsync(id, issues, ct);
    }

    private static async Task ReplaceMacsAsync(PortalDb db, Host host, CheckedHost read, CancellationToken ct)
    {
        // The key of a row is its MAC, so rows are not changed but made anew; the host's row gets a new version with them.
        await db.HostMacs.Where(m => m.HostId == host.Id).ExecuteDeleteAsync(ct);
        db.HostMacs.AddRange(HostFill.Macs(read, host.Id));
        db.Entry(host).Property(h => h.Comment).IsModified = true;
    }

    private async Task<HostSaved> DoneAsync(Guid id, List<HostIssue> warnings, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await ReadAsync(db.Hosts, id, ct) is { } host ? new HostSaved.Done(host, warnings) : new HostSaved.Gone();
    }

    private static async Task<HostDetails?> ReadAsync(IQueryable<Host> hosts, Guid id, CancellationToken ct)
    {
        var host = await hosts.Include(h => h.Macs).Include(h => h.Room).Include(h => h.Group).Include(h => h.Status)
            .FirstOrDefaultAsync(h => h.Id == id, ct);
        return host is null ? null : HostDetails.Of(host);
    }

    private void Publish(RoomsAndGroups places, PortalEvent change)
    {
        foreach (var group in places.NewGroups)
            events.Publish(new PortalEvent.GroupUpdated(group.Id, group.Name, group.Revision));
        events.Publish(change);
    }
}

/// <summary>Writes what was checked into rows.</summary>
internal static class HostFill
{
    public static async Task ApplyAsync(Host host, CheckedHost read, RoomsAndGroups places, CancellationToken ct)
    {
        var device = read.Device;
        host.RoomId = await places.RoomAsync(read.School, device.Room, ct);
        host.GroupId = await places.GroupAsync(read.School, device.Group, ct);
        host.Address = device.Address;
        host.Role = device.Role;
        host.PxeFlag = device.PxeFlag;
        host.Comment = device.Comment;
        host.OfficeKey = device.OfficeKey;
        host.WindowsKey = device.WindowsKey;
        host.DhcpOptions = device.DhcpOptions;
        host.Options = device.Options;
    }

    public static IEnumerable<HostMac> Macs(CheckedHost read, Guid host) =>
        read.Macs.Select((mac, i) => new HostMac { Mac = mac, HostId = host, Position = i });
}

/// <summary>What the audit trail says about changes of hosts; licence keys are never in it.</summary>
internal static class HostAudit
{
    private const string Hidden = "…";

    /// <summary>A new host.</summary>
    public static string Of(CheckedHost host) => JsonSerializer.Serialize(
        Texts(host.School, host.Device, host.Macs).Where(t => t.Value.Length > 0).ToDictionary(t => t.Key, t => Shown(t.Key, t.Value)));

    /// <summary>Old and new values of what changes; null where nothing does.</summary>
    public static string? Changes(HostDetails old, CheckedHost host)
    {
        var before = Texts(old.School, DeviceOf(old), old.Macs);
        var changes = Texts(host.School, host.Device, host.Macs).Where(t => before[t.Key] != t.Value)
            .ToDictionary(t => t.Key, t => new { from = Shown(t.Key, before[t.Key]), to = Shown(t.Key, t.Value) });
        return changes.Count == 0 ? null : JsonSerializer.Serialize(changes);
    }

    /// <summary>A host as devices.csv has it.</summary>
    public static Device DeviceOf(HostDetails host) => new(host.Room, host.Name, host.Group, host.Macs.Count > 0 ? host.Macs[0] : default, host.Address)
    {
        Role = host.Role,
        PxeFlag = host.PxeFlag,
        Comment = host.Comment,
        OfficeKey = host.OfficeKey,
        WindowsKey = host.WindowsKey,
        DhcpOptions = host.DhcpOptions,
        Options = host.Options,
    };

    private static Dictionary<string, string> Texts(string school, Device device, IEnumerable<MacAddress> macs)
    {
        var texts = Device.Fields.Where(f => f != HostField.Mac).ToDictionary(HostFields.WireName, f => device.TextOf(f, school));
        texts[HostFields.WireName(HostField.Mac)] = string.Join(' ', macs);
        return texts;
    }

    private static string Shown(string field, string value) =>
        value.Length > 0 && field is "officeKey" or "windowsKey" ? Hidden : value;
}
