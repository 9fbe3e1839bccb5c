using System.Globalization;
using System.Runtime.InteropServices;

namespace LinboPortal.Infrastructure.Images;

/// <summary>What statx(2) says of a file; .NET tells neither links nor blocks.</summary>
/// <param name="IsRegular">False for directories, links, devices.</param>
/// <param name="Identity">The same for two names of one file.</param>
/// <param name="Links">How many names it has.</param>
/// <param name="Size">Bytes.</param>
/// <param name="DiskSize">Bytes on the disk.</param>
/// <param name="ModifiedAt">Last written (UTC).</param>
/// <param name="ChangedAt">When content, name or rights were last changed here (UTC); rsync sets the time of writing to the sender's.</param>
/// <param name="Key">Another one after each change of the content that is not hidden on purpose.</param>
internal sealed partial record FileFacts(
    bool IsRegular, (uint Major, uint Minor, ulong Inode) Identity, uint Links, long Size, long DiskSize, DateTimeOffset ModifiedAt, DateTimeOffset ChangedAt, string Key)
{
    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const uint BasicStats = 0x7ff;
    private const int TypeMask = 0xf000;
    private const int Regular = 0x8000;
    private const int BlockSize = 512;

    /// <summary>The facts; null where there is nothing of that name.</summary>
    public static FileFacts? Read(string path, bool followLinks = true)
    {
        if (Statx(CurrentDirectory, path, followLinks ? 0 : NoFollow, BasicStats, out var found) != 0)
            return null;
        return new FileFacts(
            (found.Mode & TypeMask) == Regular, (found.DeviceMajor, found.DeviceMinor, found.Inode), found.Links, (long)found.Size, (long)found.Blocks * BlockSize,
            At(found.ModifiedSeconds, found.ModifiedNanoseconds), At(found.ChangedSeconds, found.ChangedNanoseconds),
            string.Create(CultureInfo.InvariantCulture, $"{found.Size}:{found.ModifiedSeconds}.{found.ModifiedNanoseconds:000000000}"));
    }

    // PostgreSQL keeps microseconds: what comes back must equal what went in.
    private static DateTimeOffset At(long seconds, uint nanoseconds) => DateTimeOffset
        .FromUnixTimeSeconds(Math.Clamp(seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds() - 1))
        .AddTicks(nanoseconds / 1000 * 10);

    // Without marshalling of its own, so that the call costs no more than the kernel's answer.
    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int directory, string path, int flags, uint mask, out Answer answer);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Answer
    {
        [FieldOffset(16)]
        public uint Links;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(48)]
        public ulong Blocks;

        [FieldOffset(96)]
        public long ChangedSeconds;

        [FieldOffset(104)]
        public uint ChangedNanoseconds;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedNanoseconds;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
