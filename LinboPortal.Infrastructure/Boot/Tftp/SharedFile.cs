using Microsoft.Win32.SafeHandles;

namespace LinboPortal.Infrastructure.Boot.Tftp;

/// <summary>Which file it is: a replaced or changed one is another.</summary>
internal readonly record struct FileIdentity(ulong Device, ulong Inode, long Length, long Seconds, uint Nanoseconds)
{
    private const int EmptyPath = 0x1000;
    private const uint BasicStats = 0x7ff;
    private const int TypeMask = 0xf000;
    private const int Regular = 0x8000;

    /// <summary>Reads it from an open file; false for whatever is no regular file.</summary>
    public static unsafe bool TryRead(int descriptor, out FileIdentity identity)
    {
        identity = default;
        var stat = stackalloc byte[256];
        byte empty = 0;
        if (LibC.Stat(descriptor, &empty, EmptyPath, BasicStats, stat) != 0 || (*(ushort*)(stat + 28) & TypeMask) != Regular)
            return false;
        identity = new(*(ulong*)(stat + 136), *(ulong*)(stat + 32), *(long*)(stat + 40), *(long*)(stat + 112), *(uint*)(stat + 120));
        return true;
    }
}

/// <summary>
/// An open file that any number of transfers read. Open means fixed: when the file is replaced meanwhile (always by rename), these transfers go on
/// with the old content.
/// </summary>
internal sealed class SharedFile(FileIdentity identity, SafeFileHandle handle) : IDisposable
{
    public FileIdentity Identity => identity;

    public long Length => identity.Length;

    /// <summary>Transfers that read it.</summary>
    public int Readers { get; set; }

    /// <summary>What of it is in memory, by number.</summary>
    public Dictionary<long, Chunk> Chunks { get; } = [];

    /// <summary>Fills a buffer.</summary>
    /// <returns>How many bytes there were, or -1.</returns>
    public int Read(Span<byte> target, long offset)
    {
        try
        {
            var filled = 0;
            while (filled < target.Length && RandomAccess.Read(handle, target[filled..], offset + filled) is > 0 and var read)
                filled += read;
            return filled;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return -1;
        }
    }

    public void Dispose() => handle.Dispose();
}

/// <summary>A part of a file in memory.</summary>
internal sealed unsafe class Chunk(byte* start)
{
    public const int Size = 64 * 1024;

    public byte* Start => start;

    /// <summary>Whose bytes they are; null while free.</summary>
    public SharedFile? File { get; set; }

    /// <summary>Which part.</summary>
    public long Index { get; set; }

    /// <summary>Valid bytes.</summary>
    public int Length { get; set; }

    /// <summary>The round in which its bytes were last handed out: until that is sent they must stay.</summary>
    public long Round { get; set; }
}
