using System.Net;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Events;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Hosts;

/// <summary>How unknown PCs shall be taken in: all into one room and group, names and addresses counted up.</summary>
internal sealed record TakeIn
{
    public required IReadOnlyList<MacAddress> Macs { get; init; }

    public string School { get; init; } = Host.DefaultSchool;

    public string Room { get; init; } = "";

    public string Group { get; init; } = "";

    /// <summary>A name, or a pattern as <c>r101-pc{01}</c> where there are several.</summary>
    public string Name { get; init; } = "";

    /// <summary>The first address; empty or <c>DHCP</c> for none.</summary>
    public string FirstAddress { get; init; } = "";

    public string Role { get; init; } = HostRoles.StudentComputer;

    /// <summary>As somebody registered it at the PC.</summary>
    public static TakeIn AsRegistered(NewPc pc) => new()
    {
        Macs = [pc.Mac],
        Room = pc.WantedRoom,
        Group = pc.WantedGroup,
        Name = pc.WantedName,
        FirstAddress = pc.WantedAddress?.ToString() ?? "",
        Role = pc.WantedRole.Length > 0 ? pc.WantedRole : HostRoles.StudentComputer,
    };
}

/// <summary>One PC as it would be taken in, with what is wrong about it.</summary>
internal sealed record TakeInRow(MacAddress Mac, HostForm Form, IReadOnlyList<HostIssue> Issues)
{
    public bool HasErrors => Issues.Any(i => !i.IsWarning);
}

/// <summary>PCs that booted here and that no host row knows.</summary>
internal sealed class NewPcs(IDbContextFactory<PortalDb> databases, PortalEvents events, TimeProvider time)
{
    /// <summary>Rows of a page.</summary>
    public const int PageSize = 100;

    /// <summary>One page, the PCs that were seen last first; all of them without a number.</summary>
    public async Task<IReadOnlyList<NewPc>> ReadAsync(Person person, bool ignored, CancellationToken ct, int? page = null, int pageSize = PageSize)
    {
        if (person.Scope is not Scope.All)
            return [];
        await using var db = await databases.CreateDbContextAsync(ct);
        var rows = db.NewPcs.Where(p => p.Ignored == ignored).OrderByDescending(p => p.LastSeenAt).ThenBy(p => p.Mac);
        return await (page is { } number ? rows.Skip((number - 1) * pageSize).Take(pageSize) : rows).ToListAsync(ct);
    }

    /// <summary>How many wait; nobody who sees only some rooms is told.</summary>
    public Task<int> CountAsync(Person person, CancellationToken ct) => CountAsync(person, ignored: false, ct);

    /// <summary>How many wait, or are hidden.</summary>
    public async Task<int> CountAsync(Person person, bool ignored, CancellationToken ct)
    {
        if (person.Scope is not Scope.All)
            return 0;
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.NewPcs.CountAsync(p => p.Ignored == ignored, ct);
    }

    /// <summary>Hides PCs, or shows them again.</summary>
    public async Task<int> IgnoreAsync(Person person, IReadOnlyCollection<MacAddress> macs, bool ignored, CancellationToken ct)
    {
        if (!person.May(Permission.HostsEdit))
            return 0;
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var found = await db.NewPcs.AsTracking().Where(p => macs.Contains(p.Mac) && p.Ignored != ignored).ToListAsync(ct);
        foreach (var pc in found)
        {
            pc.Ignored = ignored;
            db.Audit(person, time.GetUtcNow(), ignored ? AuditActions.NewPcIgnore : AuditActions.NewPcShow, pc.Mac.ToString());
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return found.Count;
    }

    /// <summary>The names and addresses that the PCs would get, with all that is wrong.</summary>
    public async Task<IReadOnlyList<TakeInRow>> PreviewAsync(TakeIn wanted, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await PlanAsync(db, wanted, ct);
    }

    /// <summary>Takes the PCs in, all or none; their boots so far belong to the new hosts.</summary>
    /// <returns>The rows; where one has errors, nothing was written.</returns>
    public async Task<IReadOnlyList<TakeInRow>> TakeInAsync(Person person, TakeIn wanted, CancellationToken ct)
    {
        if (!person.May(Permission.HostsEdit))
            return [];
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.LockHostsAsync(ct);
        var rows = await PlanAsync(db, wanted, ct);
        if (rows.Any(r => r.HasErrors))
            return rows;
        var places = new RoomsAndGroups(db);
        List<PortalEvent> told = [];
        foreach (var row in rows)
        {
            var read = row.Form.Read([])!;
            var host = new Host { School = read.School, Name = read.Device.Name, CreatedAt = time.GetUtcNow() };
            await HostFill.ApplyAsync(host, read, places, ct);
            host.Macs.AddRange(HostFill.Macs(read, host.Id));
            db.Hosts.Add(host);
            db.Audit(person, time.GetUtcNow(), AuditActions.HostCreate, host.Name, HostAudit.Of(read));
            told.Add(new PortalEvent.HostCreated(host.Id, host.Name, host.RoomId));
        }

        await db.SaveChangesAsync(ct);
        await BootAdoption.AdoptAsync(db, time.GetUtcNow(), ct);
        await transaction.CommitAsync(ct);
        foreach (var group in places.NewGroups)
            events.Publish(new PortalEvent.GroupUpdated(group.Id, group.Name, group.Revision));
        told.ForEach(events.Publish);
        return rows;
    }

    private static async Task<IReadOnlyList<TakeInRow>> PlanAsync(PortalDb db, TakeIn wanted, CancellationToken ct)
    {
        var taken = await db.Hosts.Select(h => new { h.Name, h.School, h.Address }).ToListAsync(ct);
        var names = taken.Select(t => t.Name).ToHashSet();
        var addresses = taken.Where(t => t.Address is not null).Select(t => t.Address!).ToHashSet();
        var prefix = HostName.Prefix(wanted.School);
        using var nextNames = NamesOf(wanted.Name, name => names.Contains(prefix + name.ToLowerInvariant())).GetEnumerator();
        using var nextAddresses = AddressesOf(wanted.FirstAddress, addresses.Contains).GetEnumerator();
        List<TakeInRow> rows = [];
        HashSet<string> given = [];
        foreach (var mac in wanted.Macs.Distinct())
        {
            var form = new HostForm
            {
                School = wanted.School,
                Room = wanted.Room.Trim(),
                Group = wanted.Group.Trim(),
                Name = nextNames.MoveNext() ? nextNames.Current : "",
                Mac = mac.ToString(),
                Address = nextAddresses.MoveNext() ? nextAddresses.Current : "",
                Role = wanted.Role,
                PxeFlag = wanted.Group.Trim() is "" or Device.NoGroup ? "0" : "1",
            };
            List<HostIssue> issues = [];
            if (form.Read(issues) is { } read)
                issues.AddRange(await HostUniqueness.CheckAsync(db, read, self: null, ct));
            // Without a pattern every PC would get the same name.
            if (!given.Add(form.Name) && form.Name.Length > 0)
                issues.Add(new HostIssue(HostField.Name, HostProblem.TakenBy, form.Name, rows[0].Mac.ToString()));
            rows.Add(new TakeInRow(mac, form, issues));
        }

        return rows;
    }

    private static IEnumerable<string> NamesOf(string text, Func<string, bool> isTaken) =>
        NamePattern.TryParse(text, out var pattern) ? pattern.Names(isTaken) : Enumerable.Repeat(text.Trim(), int.MaxValue);

    private static IEnumerable<string> AddressesOf(string text, Func<IPAddress, bool> isTaken) =>
        HostAddress.TryParseFixed(text, out var first) && first is not null
            ? HostAddress.CountFrom(first, isTaken).Select(a => a.ToString())
            : Enumerable.Repeat(text.Trim(), int.MaxValue);
}
