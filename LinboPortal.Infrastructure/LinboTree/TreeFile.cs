using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>
/// A file opened for a client. It is opened by a path on which no link may lie, in one step: nobody can put a link there between the check and the opening.
/// </summary>
/// <param name="Handle">For reading.</param>
/// <param name="Path">The path without links.</param>
/// <param name="Length">Bytes.</param>
/// <param name="ModifiedAt">Last written (UTC).</param>
internal sealed partial record TreeFile(SafeFileHandle Handle, string Path, long Length, DateTimeOffset ModifiedAt) : IDisposable
{
    // Since Linux 5.6, the same number on every architecture.
    private const int OpenAt2 = 437;
    private const int CurrentDirectory = -100;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int NoLinks = 0x04;

    // What sandboxes say that do not know the call.
    private const int NotPermitted = 1;
    private const int NoSuchCall = 38;

    private const int OfTheDescriptor = 0x1000;
    private const uint BasicStats = 0x7ff;
    private const int TypeMask = 0xf000;
    private const int Regular = 0x8000;

    /// <summary>Opens a regular file.</summary>
    /// <param name="path">Absolute.</param>
    /// <returns>Null where there is none, where it may not be read, or where a link lies on the way.</returns>
    public static TreeFile? TryOpen(string path)
    {
        // Without waiting for the other end of a pipe.
        var how = new Way { Flags = NonBlocking | CloseOnExec, Resolve = NoLinks };
        var descriptor = Open(OpenAt2, CurrentDirectory, path, in how, Marshal.SizeOf<Way>());
        if (descriptor < 0 && Marshal.GetLastPInvokeError() is NotPermitted or NoSuchCall)
            descriptor = RealPath.TryResolve(path, out var real) == RealPathOutcome.Found && real == path ? OpenPlainly(path, NonBlocking | CloseOnExec) : -1;
        if (descriptor < 0)
            return null;
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Stat((int)descriptor, "", OfTheDescriptor, BasicStats, out var found) == 0 && (found.Mode & TypeMask) == Regular)
        {
            return new TreeFile(
                handle, path, (long)found.Size, DateTimeOffset.UnixEpoch.AddSeconds(found.ModifiedSeconds).AddTicks(found.ModifiedNanoseconds / TimeSpan.NanosecondsPerTick));
        }

        handle.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Open(nint number, nint directory, string path, in Way how, nint size);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int OpenPlainly(string path, int flags);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Stat(int descriptor, string path, int flags, uint mask, out Answer answer);

    /// <summary><c>struct open_how</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Way
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }

    /// <summary><c>struct statx</c></summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Answer
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedNanoseconds;
    }
}
