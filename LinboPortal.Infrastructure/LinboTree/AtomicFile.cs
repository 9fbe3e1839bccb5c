using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using LinboPortal.Infrastructure.Processes;
using Microsoft.Win32.SafeHandles;

namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>
/// Writes a file so that a reader sees the old or the new content and nothing between, also after a power cut: temporary file in the same
/// directory, fsync, rename, fsync of the directory. A full disk leaves the old file as it was and no temporary file behind.
/// </summary>
public static partial class AtomicFile
{
    /// <summary>Readable by everybody (rsync's workers run as nobody), written by the portal.</summary>
    public const UnixFileMode Public =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>For the portal's account alone.</summary>
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Mode of the directories of the tree.</summary>
    public const UnixFileMode PublicDirectory = Public | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private const int OtherDisk = 18; // EXDEV

    /// <summary>Writes text as UTF-8 without a byte order mark.</summary>
    /// <exception cref="IOException">The disk is full or broken; the old file is untouched.</exception>
    public static void Write(string path, string text, UnixFileMode mode = Public) => Write(path, Encoding.UTF8.GetBytes(text), mode);

    /// <summary>Writes bytes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">What is to be in it.</param>
    /// <param name="mode">Who may do what.</param>
    /// <param name="owner">Whose it is, from its first appearance on; null for the portal's own account.</param>
    /// <exception cref="IOException">The disk is full or broken; the old file is untouched.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode = Public, SystemUser? owner = null)
    {
        var directory = Path.GetDirectoryName(path)!;
        var temporary = TemporaryName(path);
        try
        {
            using (var file = new FileStream(temporary, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                BufferSize = 0,
                UnixCreateMode = Private,
            }))
            {
                file.Write(content);
                File.SetUnixFileMode(file.SafeFileHandle, mode);
                file.Flush(flushToDisk: true);
            }

            owner?.Own(temporary);

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }

        Sync(directory);
    }

    /// <summary>Points a symbolic link somewhere else in one step; a link that is right already is left alone.</summary>
    /// <returns>True where something was changed.</returns>
    public static bool Link(string path, string target)
    {
        if (new FileInfo(path).LinkTarget == target)
            return false;
        var temporary = TemporaryName(path);
        try
        {
            File.CreateSymbolicLink(temporary, target);
            // File.Move looks through the link and takes one that leads to a directory for no file.
            if (Rename(temporary, path) != 0)
                throw Fault(path);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }

        return true;
    }

    /// <summary>Hidden, so that no server hands it out, and beside the target, so that the rename stays on one file system.</summary>
    private static string TemporaryName(string path) =>
        Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}.tmp");

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (IOException)
        {
            // The first error is the one to tell.
        }
    }

    /// <summary>Brings a file's content onto the disk, also through a handle that only reads.</summary>
    /// <exception cref="IOException">The disk is full or broken.</exception>
    internal static void SyncFile(SafeFileHandle file)
    {
        if (Fsync((int)file.DangerousGetHandle()) != 0)
            throw Fault("A file could not be brought onto the disk");
    }

    /// <summary>Gives a file a second name without copying it.</summary>
    /// <returns>False where the file system knows no second names.</returns>
    internal static bool TryGiveName(string path, string other) => LinkFile(path, other) == 0;

    /// <summary>Renames a file or a link as it is, over whatever has the name.</summary>
    /// <exception cref="IOException">It cannot be.</exception>
    internal static void Move(string from, string to)
    {
        if (Rename(from, to) == 0)
            return;
        if (Marshal.GetLastPInvokeError() != OtherDisk || new FileInfo(from).LinkTarget is not null)
            throw Fault($"{from} to {to}");
        MoveToDisk(from, to);
    }

    /// <summary>The administrator may have put one image on a disk of its own: then the file is copied beside its place first.</summary>
    private static void MoveToDisk(string from, string to)
    {
        var temporary = TemporaryName(to);
        try
        {
            File.Copy(from, temporary);
            File.SetLastWriteTimeUtc(temporary, File.GetLastWriteTimeUtc(from));
            using (var file = File.OpenHandle(temporary))
                SyncFile(file);
            if (Rename(temporary, to) != 0)
                throw Fault($"{from} to {to}");
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }

        File.Delete(from);
    }

    /// <summary>Brings the names in a directory onto the disk.</summary>
    internal static void Sync(string directory)
    {
        var handle = Open(directory, 0);
        if (handle < 0)
            return;
        _ = Fsync(handle);
        _ = Close(handle);
    }

    /// <summary>With the number of the error, as .NET's own: a full disk is told by it.</summary>
    private static IOException Fault(string what) => new($"{what}: {Marshal.GetLastPInvokeErrorMessage()}", Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Rename(string from, string to);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int LinkFile(string from, string to);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fsync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int handle);
}
