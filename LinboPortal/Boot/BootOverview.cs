using LinboPortal.Infrastructure.Boot;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Remote;

namespace LinboPortal.Boot;

/// <summary>A file without which no PC comes up.</summary>
internal sealed record BootFileView(string Path, long? Size, DateTimeOffset? ModifiedAt, bool IsGrub);

/// <summary>What a PC is booted with and from where.</summary>
internal sealed record BootView(
    string Root, IReadOnlyList<BootFileView> Files, IReadOnlyList<string> Problems, IReadOnlyList<(string Name, string Value)> Addresses, string PublicKey,
    DhcpWatch Watch, long DhcpSeen)
{
    public static BootView Nothing { get; } = new("", [], [], [], "", DhcpWatch.Off, 0);
}

/// <summary>Looks at the boot files and servers.</summary>
internal sealed class BootOverview(LinboTree tree, GrubNetDirectory grub, InstallationKey key, BootAddresses addresses, DhcpListener dhcp)
{
    public BootView Read() => new(
        tree.Root,
        [
            .. new[] { BootFileNames.Bios, BootFileNames.Uefi }.Select(f => Look(f, isGrub: true)),
            .. LinboFilesHealth.Needed.Select(f => Look(f, isGrub: false)),
        ],
        grub.Problems,
        addresses.Read(),
        key.PublicLine,
        dhcp.State,
        dhcp.Seen);

    private BootFileView Look(string path, bool isGrub)
    {
        var file = new FileInfo(tree.PathOf(path));
        return file is { Exists: true, Length: > 0 }
            ? new BootFileView(path, file.Length, file.LastWriteTimeUtc, isGrub)
            : new BootFileView(path, null, null, isGrub);
    }
}
