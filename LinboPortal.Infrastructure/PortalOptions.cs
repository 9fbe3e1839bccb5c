using System.ComponentModel.DataAnnotations;

namespace LinboPortal.Infrastructure;

/// <summary>Settings that every part of the portal shares.</summary>
public sealed class PortalOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Portal";

    /// <summary>Where everything lies that the portal writes, the LINBO tree aside. Made absolute at start.</summary>
    [Required]
    public string DataDirectory { get; set; } = "data";

    /// <summary>The IPv4 address that clients use; empty = the first that is not loopback.</summary>
    public string ServerAddress { get; set; } = "";
}
