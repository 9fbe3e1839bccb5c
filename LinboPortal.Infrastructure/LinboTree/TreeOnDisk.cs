using System.Text;
using LinboPortal.Core.Boot;

namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>What stands at a path of the tree. Links are looked at, never followed.</summary>
internal abstract record TreeOnDisk(string Fingerprint)
{
    /// <summary>Nobody writes a start.conf or GRUB file of that size by hand.</summary>
    private const int LongestFile = 4 * 1024 * 1024;

    /// <summary>Looks.</summary>
    public static TreeOnDisk At(string path)
    {
        var info = new FileInfo(path);
        if (info.LinkTarget is { } target)
            return new Link(target);
        if (!info.Exists)
            return Directory.Exists(path) ? new Other() : new Missing();
        return info.Length <= LongestFile ? new File(System.IO.File.ReadAllBytes(path)) : new Other();
    }

    /// <summary>Nothing.</summary>
    public sealed record Missing() : TreeOnDisk("");

    /// <summary>A file.</summary>
    public sealed record File(byte[] Content) : TreeOnDisk(TreeEntry.HashOf(Content))
    {
        /// <summary>True where GRUB's marker lets us overwrite it.</summary>
        public bool HasMarker => GrubConfig.IsManaged(Encoding.UTF8.GetString(Content));

        /// <summary>True where the portal wrote the text, whatever somebody changed in it since.</summary>
        public bool IsOfPortal => GrubConfig.IsOfPortal(Encoding.UTF8.GetString(Content));
    }

    /// <summary>A symbolic link.</summary>
    public sealed record Link(string Target) : TreeOnDisk(TreeEntry.TargetOf(Target));

    /// <summary>A directory, or a file too large to be one of ours.</summary>
    public sealed record Other() : TreeOnDisk("other");
}
