using System.Net;
using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Boot;

/// <summary>What is known of PCs besides the observations themselves, looked up for one batch of them.</summary>
/// <param name="ByMac">Keys of hosts by Ethernet address.</param>
/// <param name="ByAddress">Keys of hosts by fixed or last proven address.</param>
/// <param name="Neighbours">The kernel's neighbour table: Ethernet addresses by IPv4 address on the same network.</param>
public sealed record KnownPcs(
    IReadOnlyDictionary<MacAddress, Guid> ByMac, IReadOnlyDictionary<IPAddress, Guid> ByAddress,
    IReadOnlyDictionary<IPAddress, MacAddress> Neighbours)
{
    /// <summary>Nothing is known.</summary>
    public static KnownPcs Nothing { get; } = new(
        new Dictionary<MacAddress, Guid>(), new Dictionary<IPAddress, Guid>(), new Dictionary<IPAddress, MacAddress>());
}

/// <summary>Reads <c>/proc/net/arp</c>.</summary>
public static class NeighbourTable
{
    /// <summary>The complete entries of the table; everything else in the text is skipped.</summary>
    public static Dictionary<IPAddress, MacAddress> Parse(string text)
    {
        var neighbours = new Dictionary<IPAddress, MacAddress>();
        foreach (var line in text.Split('\n'))
        {
            // IP address, HW type, Flags, HW address, Mask, Device
            var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length >= 4 && columns[2] != "0x0" && IPAddress.TryParse(columns[0], out var address) && MacAddress.TryParse(columns[3], out var mac))
                neighbours[address] = mac;
        }

        return neighbours;
    }
}
