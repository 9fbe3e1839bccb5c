using LinboPortal.Core.Boot;
using LinboPortal.Infrastructure;
using LinboPortal.Infrastructure.Boot;
using LinboPortal.Infrastructure.Distribution;
using LinboPortal.Infrastructure.LinboTree;
using Microsoft.Extensions.Options;

namespace LinboPortal.Boot;

/// <summary>Where PCs find what they boot with: the names of texts, and addresses as DHCP servers want them.</summary>
internal sealed class BootAddresses(IOptions<PortalOptions> portal, GrubServer grub, IOptions<TftpOptions> tftp, IOptions<RsyncOptions> rsync)
{
    private const int UsualTftp = 69;
    private const int UsualRsync = 873;

    public IReadOnlyList<(string Name, string Value)> Read()
    {
        var server = portal.Value.ServerAddress;
        return
        [
            ("NextServer", server),
            ("BiosFile", BootFileNames.Bios),
            ("UefiFile", BootFileNames.Uefi),
            ("TftpAddress", $"tftp://{server}{Port(tftp.Value.Port, UsualTftp)}/"),
            .. grub.HttpPort is { } port ? new[] { ("HttpAddress", $"http://{server}:{port}/linbo/{BootFileNames.Uefi}") } : [],
            ("RsyncAddress", $"rsync://{server}{Port(rsync.Value.Port, UsualRsync)}/linbo/"),
        ];
    }

    private static string Port(int port, int usual) => port == usual ? "" : $":{port}";
}
