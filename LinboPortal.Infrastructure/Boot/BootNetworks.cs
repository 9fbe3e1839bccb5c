using System.Net;

namespace LinboPortal.Infrastructure.Boot;

/// <summary>The networks of the PCs: what needs no account is for them alone, by HTTP, TFTP and rsync.</summary>
public sealed class BootNetworks
{
    /// <summary>RFC 1918, RFC 4193, RFC 6598, this machine and its links.</summary>
    private static readonly string[] PrivateNetworks =
    [
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8", "::1/128", "fc00::/7", "fe80::/10",
    ];

    private readonly IReadOnlyList<IPNetwork> networks;

    /// <summary>As a setting names them; the private ones where it names none.</summary>
    public BootNetworks(IReadOnlyCollection<string> named) => networks = NamedNetwork.Read(Named = named.Count == 0 ? PrivateNetworks : [.. named]);

    /// <summary>As settings write them.</summary>
    public IReadOnlyList<string> Named { get; }

    /// <summary>True where the address lies in one of them.</summary>
    public bool Contains(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return networks.Any(n => n.Contains(plain));
    }
}
