using System.Runtime.InteropServices;

namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>Replaces a directory by another one so that a reader always finds one of the two.</summary>
internal static partial class DirectorySwap
{
    private const int CurrentDirectory = -100;
    private const uint Exchange = 2;

    /// <summary>Puts <paramref name="made"/> in the place of <paramref name="target"/>; the old one is gone afterwards.</summary>
    public static void Replace(string target, string made)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!, AtomicFile.PublicDirectory);
        if (!Directory.Exists(target))
        {
            Directory.Move(made, target);
            return;
        }

        // Not every file system can exchange (NFS cannot); then there is no directory for the blink of an eye.
        if (RenameAt2(CurrentDirectory, made, CurrentDirectory, target, Exchange) == 0)
            return;
        var old = made + ".old";
        Directory.Move(target, old);
        Directory.Move(made, target);
        Directory.Delete(old, recursive: true);
    }

    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int RenameAt2(int oldDirectory, string oldPath, int newDirectory, string newPath, uint flags);
}
