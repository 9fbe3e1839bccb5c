using System.ComponentModel.DataAnnotations;

namespace LinboPortal.Infrastructure.Boot;

/// <summary>What a DHCP server's configuration needs to know beside hosts and networks.</summary>
public sealed class DhcpOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Boot:Dhcp";

    /// <summary>The PCs' domain: options 15 and 119.</summary>
    [RegularExpression("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", ErrorMessage = "Boot:Dhcp:Domain is no domain name, for instance linuxmuster.lan.")]
    public string Domain { get; set; } = "linuxmuster.lan";
}
