using System.Net;
using LinboPortal.Core.Boot;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>A host that asks for something, known by its address.</summary>
/// <param name="Id">Key.</param>
/// <param name="Name">Its name in the inventory.</param>
/// <param name="Group">Its group; null for none.</param>
/// <param name="StartConf">The group's start.conf; null for none.</param>
public sealed record AskingHost(Guid Id, string Name, string? Group, string? StartConf);

/// <summary>
/// Whose address that is, by our own inventory: the fixed address, else the neighbour table's Ethernet address, else where the host was last
/// seen. What a client says of itself counts for nothing.
/// </summary>
public sealed class AskingHosts(IDbContextFactory<PortalDb> databases)
{
    private const string ArpTable = "/proc/net/arp";

    /// <summary>The host; null for an unknown address.</summary>
    public async Task<AskingHost?> FindAsync(IPAddress address, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var hosts = db.Hosts.Where(h => h.Address == address);
        if (await Select(hosts).FirstOrDefaultAsync(ct) is { } given)
            return given;
        if (File.Exists(ArpTable) && NeighbourTable.Parse(await File.ReadAllTextAsync(ArpTable, ct)).TryGetValue(address, out var mac))
            return await Select(db.Hosts.Where(h => h.Macs.Any(m => m.Mac == mac))).FirstOrDefaultAsync(ct);
        return await Select(db.Hosts.Where(h => h.Address == null && h.Status!.Address == address).OrderByDescending(h => h.Status!.SeenAt)).FirstOrDefaultAsync(ct);
    }

    /// <summary>The start.conf of a group; null where there is no such group or it has none.</summary>
    public async Task<string?> StartConfAsync(string group, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Groups.Where(g => g.Name == group).Select(g => g.StartConf).FirstOrDefaultAsync(ct);
    }

    private static IQueryable<AskingHost> Select(IQueryable<Host> hosts) =>
        hosts.Select(h => new AskingHost(h.Id, h.Name, h.Group!.Name, h.Group!.StartConf));
}
