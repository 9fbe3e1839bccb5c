using System.Runtime.InteropServices;

namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>A link in the tree by which the administrator put images on another disk.</summary>
/// <param name="Place">Path below the root: <c>images</c>, <c>images/NAME</c> or <c>images/NAME/FILE</c>.</param>
/// <param name="Target">Where it leads, with all links resolved; empty where there is nothing.</param>
/// <param name="IsTrusted">True where root or the portal's own account made it: only then it is followed.</param>
internal sealed record ImageLink(string Place, string Target, bool IsTrusted);

/// <summary>Links out of the tree below <c>images</c>. Nobody but root and the portal can make trusted ones: what PCs send is never a link.</summary>
internal static partial class ImageLinks
{
    private const string Images = "images";
    private const int Deepest = 3;
    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const uint BasicStats = 0x7ff;

    private static readonly EnumerationOptions All = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = true };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ImageLink> Find(string root)
    {
        List<ImageLink> found = [];
        Look(root, Images, 1, found);
        return found;
    }

    /// <summary>The trusted link that a path goes through to a file outside the root; null where it is none.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="relative">Path below the root.</param>
    /// <param name="real">The file or directory that it leads to.</param>
    public static ImageLink? On(string root, string relative, string real)
    {
        var segments = relative.Split('/');
        if (segments[0] != Images)
            return null;
        for (var depth = 1; depth <= Math.Min(Deepest, segments.Length); depth++)
        {
            if (Read(root, string.Join('/', segments[..depth])) is { IsTrusted: true, Target.Length: > 0 } link && IsWithin(real, link.Target))
                return link;
        }

        return null;
    }

    /// <summary>True for a path itself and for all below it.</summary>
    public static bool IsWithin(string path, string directory) =>
        path.StartsWith(directory, StringComparison.Ordinal) && (path.Length == directory.Length || path[directory.Length] == '/' || directory == "/");

    private static void Look(string root, string place, int depth, List<ImageLink> found)
    {
        if (Read(root, place) is { } link && !IsWithin(link.Target, root))
            found.Add(link);
        if (depth == Deepest || !Directory.Exists(root + "/" + place))
            return;
        foreach (var entry in Directory.EnumerateFileSystemEntries(root + "/" + place, "*", All).Select(e => Path.GetFileName(e)).Where(n => n[0] != '.'))
            Look(root, place + "/" + entry, depth + 1, found);
    }

    private static ImageLink? Read(string root, string place)
    {
        var path = root + "/" + place;
        if (new FileInfo(path).LinkTarget is null)
            return null;
        var isFound = RealPath.TryResolve(path, out var real) == RealPathOutcome.Found;
        return new ImageLink(place, isFound ? real : "", OwnerOf(path) is { } owner && (owner == 0 || owner == GetUserId()));
    }

    private static uint? OwnerOf(string path) => Stat(CurrentDirectory, path, NoFollow, BasicStats, out var found) == 0 ? found.User : null;

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Stat(int directory, string path, int flags, uint mask, out Answer answer);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint GetUserId();

    /// <summary><c>struct statx</c></summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Answer
    {
        [FieldOffset(20)]
        public uint User;
    }
}
