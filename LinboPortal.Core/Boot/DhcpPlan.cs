using System.Net;
using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Boot;

/// <summary>The DHCP servers that the portal writes a configuration for.</summary>
public enum DhcpFormat
{
    /// <summary>ISC dhcpd, as on a linuxmuster.net server.</summary>
    Isc,

    /// <summary>Kea.</summary>
    Kea,

    /// <summary>dnsmasq as the only DHCP server.</summary>
    Dnsmasq,

    /// <summary>dnsmasq beside a DHCP server that stays as it is.</summary>
    DnsmasqProxy,
}

/// <summary>What a DHCP server must tell PCs so that they boot LINBO (linbo.md 2.1).</summary>
/// <param name="Server">The portal's address: options 54 and 66, next-server.</param>
/// <param name="Domain">Options 15 and 119.</param>
/// <param name="HttpPort">Port of <c>/linbo/</c> for firmware that boots over HTTP; null where clients cannot reach it.</param>
/// <param name="Subnets">The networks, in the order of subnets.csv.</param>
/// <param name="Hosts">The hosts.</param>
public sealed record DhcpPlan(IPAddress Server, string Domain, int? HttpPort, IReadOnlyList<Subnet> Subnets, IReadOnlyList<DhcpHost> Hosts)
{
    /// <summary>The name that unknown PCs get, by which LINBO offers to register them.</summary>
    public const string UnknownName = "pxeclient";

    /// <summary>First boot file of a BIOS.</summary>
    public required string BiosFile { get; init; }

    /// <summary>First boot file of a 64-bit UEFI.</summary>
    public required string UefiFile { get; init; }

    /// <summary>First boot file of a BIOS that another DHCP server gives its address.</summary>
    public required string ProxyBiosFile { get; init; }

    /// <summary>First boot file of a 64-bit UEFI that another DHCP server gives its address.</summary>
    public required string ProxyUefiFile { get; init; }

    /// <summary>The time server (option 42); null where none is named. The portal is none.</summary>
    public IPAddress? NtpServer { get; init; }

    /// <summary>What firmware with HTTP boot loads (architecture 16); null where it is told nothing and goes on to another way of booting.</summary>
    public string? HttpUrl => HttpPort is { } port ? $"http://{Server}:{port}/linbo/{UefiFile}" : null;

    /// <summary>The hosts that can be written down safely: names and groups of the plain alphabet.</summary>
    internal IEnumerable<DhcpHost> SafeHosts => Hosts.Where(h => DhcpText.IsName(h.Name) && (h.Group is null || DhcpText.IsName(h.Group)));

    /// <summary>How many hosts are left out because of their names.</summary>
    internal int LeftOut => Hosts.Count - SafeHosts.Count();
}

/// <summary>A host as a DHCP server needs it.</summary>
/// <param name="Name">Option 12.</param>
/// <param name="Macs">Its Ethernet addresses, the main one first.</param>
/// <param name="Address">Its fixed address; null for any.</param>
/// <param name="Group">Options 18 and 40; null for a host that does not boot LINBO.</param>
/// <param name="Statements">Statements for ISC dhcpd from devices.csv, separated by commas.</param>
public sealed record DhcpHost(string Name, IReadOnlyList<MacAddress> Macs, IPAddress? Address, string? Group, string Statements = "");
