using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>Which file it is and when it changed. The change time counts every write and rename, and no program can set it back.</summary>
/// <param name="Text">Equal as long as nothing changed.</param>
/// <param name="ChangedAt">The change time (ctime).</param>
/// <param name="Length">Bytes.</param>
internal readonly partial record struct FileStamp(string Text, DateTimeOffset ChangedAt, long Length)
{
    private const int OfTheDescriptor = 0x1000;
    private const uint BasicStats = 0x7ff;
    private const int SetSignal = 10;
    private const int SetLease = 1024;
    private const int ReadLease = 0;
    private const int NoLease = 2;
    private const int Busy = 11;

    // Its default is to be ignored; a lease that somebody breaks would end the process by its own signal.
    private const int HarmlessSignal = 23;

    /// <summary>Reads it; null where it cannot be read.</summary>
    public static FileStamp? Read(SafeFileHandle file)
    {
        if (Stat(file, "", OfTheDescriptor, BasicStats, out var found) != 0)
            return null;
        var changed = DateTimeOffset.UnixEpoch.AddSeconds(found.ChangedSeconds).AddTicks(found.ChangedNanoseconds / TimeSpan.NanosecondsPerTick);
        return new FileStamp(
            string.Create(CultureInfo.InvariantCulture, $"{found.Inode}:{found.Size}:{found.ChangedSeconds}.{found.ChangedNanoseconds:d9}"), changed, (long)found.Size);
    }

    /// <summary>
    /// True where some program on this machine has the file open for writing, in whatever container: the kernel gives a lease for reading only where
    /// none has. File systems that know no leases say nothing.
    /// </summary>
    public static bool IsOpenForWriting(SafeFileHandle file)
    {
        _ = Control(file, SetSignal, HarmlessSignal);
        if (Control(file, SetLease, ReadLease) == 0)
        {
            _ = Control(file, SetLease, NoLease);
            return false;
        }

        return Marshal.GetLastPInvokeError() == Busy;
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(SafeFileHandle file, int command, int argument);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Stat(SafeFileHandle directory, string path, int flags, uint mask, out Answer answer);

    /// <summary><c>struct statx</c></summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Answer
    {
        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(96)]
        public long ChangedSeconds;

        [FieldOffset(104)]
        public uint ChangedNanoseconds;
    }
}
