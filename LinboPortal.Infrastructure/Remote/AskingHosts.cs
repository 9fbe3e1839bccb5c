using System.Net;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>A host that asks for something, known by its address.</summary>
/// <param name="Id">Key.</param>
/// <param name="Name">Its name in the inventory.</param>
/// <param name="Group">Its group; null for none.</param>
/// <param name="StartConf">The group's start.conf; null for none.</param>
public sealed record AskingHost(Guid Id, string Name, string? Group, string? StartConf)
{
    /// <summary>How it is known that the address is this PC's.</summary>
    public AddressProof Proof { get; init; }

    /// <summary>When that was proven (UTC); now for what is looked up now.</summary>
    public DateTimeOffset? ProvenAt { get; init; }
}

/// <summary>
/// Whose address that is, by our own inventory: the fixed address, else the neighbour table's Ethernet address, else where the host was last
/// proven to be. What a client says of itself counts for nothing.
/// </summary>
public sealed class AskingHosts(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    private const string ArpTable = "/proc/net/arp";

    /// <summary>A lease of LINBO's DHCP template lasts two days: for half of it nobody else has the address.</summary>
    private static readonly TimeSpan HostKeyLasts = TimeSpan.FromDays(1);

    /// <summary>The host; null for an unknown address.</summary>
    public async Task<AskingHost?> FindAsync(IPAddress address, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var hosts = db.Hosts.Where(h => h.Address == address);
        if (await Select(hosts).FirstOrDefaultAsync(ct) is { } given)
            return given with { Proof = AddressProof.Fixed };
        if (File.Exists(ArpTable) && NeighbourTable.Parse(await File.ReadAllTextAsync(ArpTable, ct)).TryGetValue(address, out var mac))
            return await Select(db.Hosts.Where(h => h.Macs.Any(m => m.Mac == mac))).FirstOrDefaultAsync(ct) is { } near ? near with { Proof = AddressProof.Neighbour } : null;
        return await Select(db.Hosts.Where(h => h.Address == null && h.Status!.Address == address && h.Status!.AddressProof != null)
            .OrderByDescending(h => h.Status!.AddressProvenAt)).FirstOrDefaultAsync(ct);
    }

    /// <summary>
    /// True where the address is this host's by a fixed address, by the neighbour table now, or by a known SSH host key lately: secrets are handed to nobody else.
    /// </summary>
    public bool MayHaveSecrets(AskingHost host) => host.Proof switch
    {
        AddressProof.Fixed or AddressProof.Neighbour => true,
        AddressProof.HostKey => host.ProvenAt is { } at && time.GetUtcNow() - at < HostKeyLasts,
        _ => false,
    };

    /// <summary>The start.conf of a group; null where there is no such group or it has none.</summary>
    public async Task<string?> StartConfAsync(string group, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Groups.Where(g => g.Name == group).Select(g => g.StartConf).FirstOrDefaultAsync(ct);
    }

    private static IQueryable<AskingHost> Select(IQueryable<Host> hosts) =>
        hosts.Select(h => new AskingHost(h.Id, h.Name, h.Group!.Name, h.Group!.StartConf)
        {
            // What the neighbour table once said it does not say now.
            Proof = h.Status!.AddressProof == AddressProof.HostKey ? AddressProof.HostKey : AddressProof.DhcpServer,
            ProvenAt = h.Status!.AddressProvenAt,
        });
}
