using System.Net;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Hosts;

/// <summary>Checks that names, Ethernet and fixed addresses are unique (linbo.md 6.2), and names the host that has them already.</summary>
internal static class HostUniqueness
{
    /// <summary>Made of "hosts": who changes hosts or rooms holds it until the commit, so that what was checked stays true.</summary>
    private const long LockKey = 0x68_6F_73_74_73;

    /// <summary>Waits for other changes of hosts; call it first in the transaction.</summary>
    public static Task LockHostsAsync(this PortalDb db, CancellationToken ct) =>
        db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock({LockKey})", ct);

    /// <summary>What others have already.</summary>
    /// <param name="db">The database.</param>
    /// <param name="host">The host to be saved.</param>
    /// <param name="self">Its key; null for a new one.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task<List<HostIssue>> CheckAsync(PortalDb db, CheckedHost host, Guid? self, CancellationToken ct)
    {
        var (device, macs, address) = (host.Device, host.Macs.ToList(), host.Device.Address);
        var others = await db.Hosts.Where(h => h.Id != self)
            .Where(h => h.Name == device.Name || h.Macs.Any(m => macs.Contains(m.Mac)) || (address != null && h.Address == address))
            .Select(h => new { h.Name, h.School, h.Address, Macs = h.Macs.Select(m => m.Mac).ToList() }).ToListAsync(ct);
        List<HostIssue> issues = [];
        foreach (var other in others.OrderBy(o => o.School != host.School).ThenBy(o => o.Name))
        {
            if (other.Name == device.Name)
                issues.Add(new HostIssue(HostField.Name, HostProblem.TakenBy, device.Name, other.Name));
            foreach (var mac in macs.Intersect(other.Macs))
                issues.Add(new HostIssue(HostField.Mac, HostProblem.TakenBy, mac.ToString(), other.Name));
            if (address is not null && address.Equals(other.Address))
                issues.Add(SameAddress(address, other.School == host.School, other.Name));
        }

        if (address is not null && await OutsideAsync(db, address, ct))
            issues.Add(new HostIssue(HostField.Address, HostProblem.OutsideSubnets, address.ToString(), IsWarning: true));
        return issues;
    }

    /// <summary>Within a school that is an error; between schools, whose networks may be apart, a warning.</summary>
    public static HostIssue SameAddress(IPAddress address, bool sameSchool, string other) => sameSchool
        ? new HostIssue(HostField.Address, HostProblem.TakenBy, address.ToString(), other)
        : new HostIssue(HostField.Address, HostProblem.TakenInOtherSchool, address.ToString(), other, IsWarning: true);

    private static async Task<bool> OutsideAsync(PortalDb db, IPAddress address, CancellationToken ct)
    {
        var networks = await db.Subnets.Select(s => s.Network).ToListAsync(ct);
        return networks.Count > 0 && !networks.Any(n => n.Contains(address));
    }
}
