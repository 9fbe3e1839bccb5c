namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>
/// The names under which LINBO 4.1 to 4.2.9 asks for the initramfs and its checksum, as links, as long as there is one. A file that the administrator
/// put there stays; where it is the only one, today's name leads to it.
/// </summary>
internal static class TreeAliases
{
    /// <summary>The initramfs as old clients call it.</summary>
    public const string OldInitramfs = "linbofs64.lz";

    private const string Initramfs = "linbofs64";
    private const string Checksum = ".md5";

    /// <summary>Brings the links up to date.</summary>
    /// <returns>How many were made or removed.</returns>
    public static int Update(LinboTree tree)
    {
        if (IsFile(tree, OldInitramfs) && !IsFile(tree, Initramfs))
            return Point(tree, Initramfs, OldInitramfs, wanted: true) + Point(tree, OldInitramfs + Checksum, Initramfs + Checksum, IsFile(tree, Initramfs + Checksum));
        var isThere = IsFile(tree, Initramfs);
        return Point(tree, OldInitramfs, Initramfs, isThere)
            + Point(tree, OldInitramfs + Checksum, Initramfs + Checksum, isThere && !IsFile(tree, OldInitramfs) && IsFile(tree, Initramfs + Checksum));
    }

    private static bool IsFile(LinboTree tree, string name) => new FileInfo(tree.PathOf(name)) is { Exists: true, LinkTarget: null };

    private static int Point(LinboTree tree, string name, string target, bool wanted)
    {
        var path = tree.PathOf(name);
        var found = new FileInfo(path);
        if (wanted)
            return (found.LinkTarget is null && found.Exists) || !AtomicFile.Link(path, target) ? 0 : 1;
        if (found.LinkTarget != target)
            return 0;
        File.Delete(path);
        return 1;
    }
}
