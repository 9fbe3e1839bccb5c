using System.ComponentModel.DataAnnotations;

namespace LinboPortal.Infrastructure.Boot;

/// <summary>What a DHCP server's configuration needs to know beside hosts and networks, and whether the portal reads DHCP along.</summary>
public sealed class DhcpOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Boot:Dhcp";

    /// <summary>The PCs' domain: options 15 and 119.</summary>
    [RegularExpression("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", ErrorMessage = "Boot:Dhcp:Domain is no domain name, for instance linuxmuster.lan.")]
    public string Domain { get; set; } = "linuxmuster.lan";

    /// <summary>The time server that PCs are told (option 42); empty for none.</summary>
    [RegularExpression(@"((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4}", ErrorMessage = "Boot:Dhcp:NtpServer is no IPv4 address, for instance 10.0.0.1.")]
    public string NtpServer { get; set; } = "";

    /// <summary>
    /// The IPv4 addresses of the DHCP servers, and of the relays between them and the PCs. An address that one of these acknowledges counts as the PC's;
    /// empty = what DHCP says is shown on the timeline and proves nothing.
    /// </summary>
    public List<string> Servers { get; set; } = [];

    /// <summary>True where all of <see cref="Servers"/> are addresses.</summary>
    public bool HasUsableServers => Servers.TrueForAll(s => System.Net.IPAddress.TryParse(s, out var address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork);

    /// <summary>Read DHCP along where the system permits it (root or CAP_NET_RAW), so that boots are told from power-on.</summary>
    public bool Listen { get; set; } = true;
}
