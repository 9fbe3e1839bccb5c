namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>Directories without which clients stumble: their update fails where <c>themes</c> or <c>linuxmuster-win</c> is missing (linbo.md 3.2).</summary>
internal static class TreeDirectories
{
    private static readonly string[] Names =
    [
        "boot/grub/fonts", "boot/grub/themes", "boot/grub/hostcfg", "boot/grub/spool", "boot/pxe", "images", "icons", "examples", "gui", "linbocmd",
        "linuxmuster-win", "tmp",
    ];

    /// <summary>Makes what is missing; what exists keeps its owner and mode.</summary>
    public static void Ensure(LinboTree tree)
    {
        foreach (var directory in Names.Select(tree.PathOf).Append(tree.LogDirectory))
            Make(directory);
        if (!Directory.Exists(tree.ConfigDirectory))
            Directory.CreateDirectory(tree.ConfigDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        // As on a linuxmuster server: log is a link to where the logs are. It leaves the root, so that nobody reads logs through the tree.
        var log = tree.PathOf("log");
        if (!Directory.Exists(log) && new FileInfo(log).LinkTarget is null)
            AtomicFile.Link(log, tree.LogDirectory);
    }

    /// <summary>Every new directory on the way gets the mode, whatever umask the portal was started with.</summary>
    private static void Make(string directory)
    {
        // A link to a disk that is not mounted: the health of images says so, and the rest of the tree is served.
        if (Directory.Exists(directory) || new FileInfo(directory).LinkTarget is not null)
            return;
        Make(Path.GetDirectoryName(directory)!);
        Directory.CreateDirectory(directory);
        File.SetUnixFileMode(directory, AtomicFile.PublicDirectory);
    }
}
