using System.Net;

namespace LinboPortal.Core.Hosts;

/// <summary>A network that PCs stand in: one row of subnets.csv (linbo.md 6.4). Used for DHCP export and wake-on-LAN.</summary>
public sealed class Subnet
{
    /// <summary>Key, UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Place in subnets.csv; the DHCP export keeps the order.</summary>
    public int Position { get; set; }

    /// <summary>The network, for instance <c>10.16.0.0/12</c>; unique.</summary>
    public required IPNetwork Network { get; set; }

    /// <summary>The router that clients use.</summary>
    public required IPAddress Router { get; set; }

    /// <summary>First address for unknown PCs; null where the network hands out none.</summary>
    public IPAddress? RangeFirst { get; set; }

    /// <summary>Last address for unknown PCs; null together with <see cref="RangeFirst"/>.</summary>
    public IPAddress? RangeLast { get; set; }

    /// <summary>A DNS server of its own; null = the portal's server.</summary>
    public IPAddress? NameServer { get; set; }

    /// <summary>A boot server of its own (a caching satellite); null = the portal's server.</summary>
    public IPAddress? NextServer { get; set; }

    /// <summary>True for the network that the server itself stands in (the word <c>SETUP</c>).</summary>
    public bool IsSetup { get; set; }

    /// <summary>The directed broadcast address, for instance <c>10.31.255.255</c>.</summary>
    public IPAddress Broadcast => HostAddress.FromNumber(HostAddress.ToNumber(Network.BaseAddress) | ~MaskNumber);

    /// <summary>The mask, for instance <c>255.240.0.0</c>.</summary>
    public IPAddress Mask => HostAddress.FromNumber(MaskNumber);

    private uint MaskNumber => Network.PrefixLength == 0 ? 0 : uint.MaxValue << (32 - Network.PrefixLength);
}
