using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>What was sent to wake a PC.</summary>
/// <param name="Packets">How many packets left.</param>
/// <param name="Problem">Why none did, in a sentence; empty where at least one left.</param>
public sealed record WakeResult(int Packets, string Problem);

/// <summary>Wakes PCs with magic packets: by broadcast on each of our networks, and through routers to the PC's own.</summary>
public sealed class WakeOnLan(IDbContextFactory<PortalDb> databases, IOptions<WakeOptions> options, TimeProvider time, ProbePauses? pauses = null)
{
    /// <summary>Wakes a host on all of its Ethernet addresses.</summary>
    /// <param name="host">Key of the host.</param>
    /// <param name="directed">Send to the broadcast address of the host's subnet too (linbo-remote <c>-u</c>).</param>
    /// <param name="ct">Ends it between two packets.</param>
    public async Task<WakeResult> WakeAsync(Guid host, bool directed, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var found = await db.Hosts.Where(h => h.Id == host).Select(h => new { h.Address, Seen = h.Status!.Address, Macs = h.Macs.OrderBy(m => m.Position).Select(m => m.Mac).ToList() })
            .FirstOrDefaultAsync(ct);
        if (found is null or { Macs: [] })
            return new WakeResult(0, "it has no Ethernet address");
        var subnet = directed && (found.Address ?? found.Seen) is { } address ? await SubnetOfAsync(db, address, ct) : null;
        var result = await SendAsync(found.Macs, subnet?.Broadcast, ct);
        pauses?.Wake(host, time.GetUtcNow());
        return result;
    }

    /// <summary>Sends the packets. All sockets are made before the first pause.</summary>
    /// <param name="macs">Whom to wake.</param>
    /// <param name="directed">A subnet's broadcast address; null for our own networks alone.</param>
    /// <param name="ct">Ends it between two packets.</param>
    internal async Task<WakeResult> SendAsync(IReadOnlyList<MacAddress> macs, IPAddress? directed, CancellationToken ct)
    {
        var (ways, problem) = Open(directed);
        try
        {
            var packets = macs.Select(MagicPacket.For).ToList();
            var sent = 0;
            for (var round = 0; round < options.Value.Packets; round++)
            {
                if (round > 0)
                    await Task.Delay(TimeSpan.FromMilliseconds(options.Value.SpacingMilliseconds), time, ct);
                foreach (var (socket, to) in ways)
                {
                    foreach (var packet in packets)
                    {
                        if (Send(socket, to, packet) is { } failure)
                            problem = failure;
                        else
                            sent++;
                    }
                }
            }

            return new WakeResult(sent, sent > 0 ? "" : problem.Length > 0 ? problem : "this server has no network that knows broadcasts");
        }
        finally
        {
            foreach (var (socket, _) in ways)
                socket.Dispose();
        }
    }

    private static async Task<Subnet?> SubnetOfAsync(PortalDb db, IPAddress address, CancellationToken ct)
    {
        // A school has few.
        var all = await db.Subnets.ToListAsync(ct);
        return all.Where(s => s.Network.Contains(address)).MaxBy(s => s.Network.PrefixLength);
    }

    private (List<(Socket Socket, IPEndPoint To)> Ways, string Problem) Open(IPAddress? directed)
    {
        var ways = new List<(Socket, IPEndPoint)>();
        var problem = "";
        // A packet to 255.255.255.255 leaves by the network that its sender's address belongs to, not by all.
        foreach (var own in Senders())
            Add(own, IPAddress.Broadcast);
        if (directed is not null)
            Add(IPAddress.Any, directed);
        return (ways, problem);

        void Add(IPAddress from, IPAddress to)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { EnableBroadcast = true };
            try
            {
                socket.Bind(new IPEndPoint(from, 0));
                ways.Add((socket, new IPEndPoint(to, options.Value.Port)));
            }
            catch (SocketException e)
            {
                problem = $"{from}: {e.Message}";
                socket.Dispose();
            }
        }
    }

    private static string? Send(Socket socket, IPEndPoint to, byte[] packet)
    {
        try
        {
            socket.SendTo(packet, to);
            return null;
        }
        catch (SocketException e)
        {
            return $"{to.Address}: {e.Message}";
        }
    }

    private static IEnumerable<IPAddress> Senders() =>
        from own in OwnAddresses.Read()
        where !own.IsLoopback && own.Status is OperationalStatus.Up or OperationalStatus.Unknown
        where own.Address.AddressFamily == AddressFamily.InterNetwork && own.PrefixLength < 32 && !IPAddress.IsLoopback(own.Address)
        select own.Address;
}
