using System.ComponentModel.DataAnnotations;

namespace LinboPortal.Infrastructure;

/// <summary>Settings that every part of the portal shares.</summary>
public sealed class PortalOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Portal";

    /// <summary>Where everything lies that the portal writes, the LINBO tree aside. Made absolute and created at start.</summary>
    [Required(ErrorMessage = "Portal:DataDirectory is empty: name the directory that the portal may write to.")]
    public string DataDirectory { get; set; } = "data";

    /// <summary>The IPv4 address that clients use; empty = the first that is not loopback, filled in at start.</summary>
    public string ServerAddress { get; set; } = "";

    /// <summary>Addresses or networks of reverse proxies whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed; none by default.</summary>
    public string[] TrustedProxies { get; set; } = [];
}
