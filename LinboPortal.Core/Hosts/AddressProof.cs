namespace LinboPortal.Core.Hosts;

/// <summary>
/// How it is known that an address is a PC's. What a request says of itself (a MAC in a file name, an address in a DHCP packet of anybody) is a claim and
/// no proof: nothing connects to a claimed address but to compare its SSH host key.
/// </summary>
public enum AddressProof
{
    /// <summary>A DHCP server or relay of <c>Boot:Dhcp:Servers</c> acknowledged it. Files with a secret need more.</summary>
    DhcpServer,

    /// <summary>The PC showed a known SSH host key there.</summary>
    HostKey,

    /// <summary>The kernel's neighbour table: the PC's Ethernet address answers for it on a network of the portal's own.</summary>
    Neighbour,

    /// <summary>The inventory gives the PC this address.</summary>
    Fixed,
}
