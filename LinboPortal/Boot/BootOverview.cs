using LinboPortal.Core.Boot;
using LinboPortal.Infrastructure;
using LinboPortal.Infrastructure.Boot;
using LinboPortal.Infrastructure.Distribution;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Remote;
using Microsoft.Extensions.Options;

namespace LinboPortal.Boot;

/// <summary>A file without which no PC comes up.</summary>
internal sealed record BootFileView(string Path, long? Size, DateTimeOffset? ModifiedAt, bool IsGrub);

/// <summary>What a PC is booted with and from where.</summary>
internal sealed record BootView(
    string Root, IReadOnlyList<BootFileView> Files, IReadOnlyList<string> Problems, IReadOnlyList<(string Name, string Value)> Addresses, string PublicKey)
{
    public static BootView Nothing { get; } = new("", [], [], [], "");
}

/// <summary>Looks at the boot files and servers.</summary>
internal sealed class BootOverview(LinboTree tree, GrubNetDirectory grub, InstallationKey key, IConfiguration settings, IServiceProvider services)
{
    public BootView Read()
    {
        var server = services.GetRequiredService<IOptions<PortalOptions>>().Value.ServerAddress;
        var httpPort = services.GetRequiredService<GrubServer>().HttpPort;
        var tftp = settings.GetValue("Boot:Tftp:Port", 69);
        var rsync = services.GetRequiredService<IOptions<RsyncOptions>>().Value.Port;
        return new BootView(
            tree.Root,
            [
                .. new[] { BootFileNames.Bios, BootFileNames.Uefi }.Select(f => Look(f, isGrub: true)),
                .. LinboFilesHealth.Needed.Select(f => Look(f, isGrub: false)),
            ],
            grub.Problems,
            [
                ("NextServer", server),
                ("BiosFile", BootFileNames.Bios),
                ("UefiFile", BootFileNames.Uefi),
                ("TftpAddress", $"tftp://{server}{(tftp == 69 ? "" : $":{tftp}")}/"),
                .. httpPort is { } port ? new[] { ("HttpAddress", $"http://{server}:{port}/linbo/{BootFileNames.Uefi}") } : [],
                ("RsyncAddress", $"rsync://{server}{(rsync == 873 ? "" : $":{rsync}")}/linbo/"),
            ],
            key.PublicLine);
    }

    private BootFileView Look(string path, bool isGrub)
    {
        var file = new FileInfo(tree.PathOf(path));
        return file is { Exists: true, Length: > 0 }
            ? new BootFileView(path, file.Length, file.LastWriteTimeUtc, isGrub)
            : new BootFileView(path, null, null, isGrub);
    }
}
