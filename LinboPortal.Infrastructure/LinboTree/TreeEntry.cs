using System.Security.Cryptography;
using System.Text;

namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>A file or link that the portal wants in the tree.</summary>
/// <param name="Path">Below the root, with slashes.</param>
/// <param name="Fingerprint">What the tree is compared by: the hash of a file, the target of a link.</param>
internal abstract record TreeEntry(string Path, string Fingerprint)
{
    /// <summary>Hash of a file's bytes.</summary>
    public static string HashOf(ReadOnlySpan<byte> content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>A link's target.</summary>
    public static string TargetOf(string target) => "link:" + target;

    /// <summary>A file.</summary>
    /// <param name="Content">Its bytes.</param>
    /// <param name="HasMarker">True for GRUB's group files: without GRUB's marker line on disk they belong to the administrator.</param>
    public sealed record File(string Path, byte[] Content, bool HasMarker = false) : TreeEntry(Path, HashOf(Content))
    {
        public File(string path, string text, bool hasMarker = false)
            : this(path, Encoding.UTF8.GetBytes(text), hasMarker)
        {
        }
    }

    /// <summary>A symbolic link inside the tree.</summary>
    /// <param name="Target">Relative to the link's directory.</param>
    public sealed record Link(string Path, string Target) : TreeEntry(Path, TargetOf(Target));
}
