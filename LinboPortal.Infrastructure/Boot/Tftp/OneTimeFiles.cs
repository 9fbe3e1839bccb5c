using LinboPortal.Core.Boot;
using Microsoft.Win32.SafeHandles;

namespace LinboPortal.Infrastructure.Boot.Tftp;

/// <summary>
/// Files that hold for one boot: which system GRUB starts (<c>spool/&lt;host&gt;.reboot</c>), and that it takes LINBO from the network
/// (<c>spool/&lt;host&gt;.netboot</c>). GRUB looks first whether there is one, which ends before the last block; once it has read it whole, it goes.
/// </summary>
internal sealed class OneTimeFiles(LinboTree.LinboTree tree)
{
    /// <summary>The directory below the root of the tree.</summary>
    public const string Folder = "boot/grub/spool/";

    /// <summary>Removes the file that was sent, and no newer one of its name.</summary>
    public void Sent(Session session)
    {
        var path = BootPaths.Normalise(session.Request.FileName);
        if (!path.StartsWith(Folder, StringComparison.Ordinal) || path.IndexOf('/', Folder.Length) >= 0
            || !(path.EndsWith(".reboot", StringComparison.Ordinal) || path.EndsWith(".netboot", StringComparison.Ordinal)))
            return;
        // The order of a PC without a name is found by a link with the address of its network card: both go.
        var link = tree.PathOf(path);
        var full = new FileInfo(link).LinkTarget is { } target && target == Path.GetFileName(target) ? tree.PathOf(Folder + target) : link;
        var descriptor = LibC.OpenForReading(full);
        if (descriptor < 0)
            return;
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (!FileIdentity.TryRead(descriptor, out var identity) || identity != session.File.Identity)
            return;
        File.Delete(full);
        if (link != full)
            File.Delete(link);
    }
}
