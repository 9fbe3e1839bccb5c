namespace LinboPortal.Core.Boot;

/// <summary>How clients reach the portal's files from GRUB. The address is the one that DHCP named (<c>$net_default_server</c>).</summary>
/// <param name="HttpPort">
/// Port on which <c>/linbo/</c> is served; null where clients shall use TFTP alone. GRUB 2.06 and newer read
/// <c>(http,server:port)/path</c>.
/// </param>
public sealed record GrubServer(int? HttpPort)
{
    /// <summary>TFTP alone.</summary>
    public static GrubServer TftpOnly { get; } = new(HttpPort: null);

    /// <summary>The device and folder that the kernel is loaded from over HTTP; null without HTTP.</summary>
    internal string? HttpRoot => HttpPort is { } port ? $"(http,$net_default_server:{port})/linbo" : null;
}
