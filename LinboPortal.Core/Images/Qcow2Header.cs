using System.Buffers.Binary;
using System.Text;

namespace LinboPortal.Core.Images;

/// <summary>
/// The first bytes of a qcow2 or qdiff file. Read before any program opens the file: what a client sent may name files of the server's as its
/// backing or data file, and qemu would open them.
/// </summary>
/// <param name="Version">2 or 3.</param>
/// <param name="VirtualSize">Bytes of the disk that it holds.</param>
/// <param name="BackingFile">The file that it refers to for what it does not hold; empty for none.</param>
/// <param name="HasDataFile">True where its content lies in yet another file.</param>
/// <param name="IsMarkedCorrupt">True where qemu itself found it broken.</param>
/// <param name="IsEncrypted">True where its content is encrypted, by whatever method.</param>
public sealed record Qcow2Header(int Version, long VirtualSize, string BackingFile, bool HasDataFile, bool IsMarkedCorrupt, bool IsEncrypted = false)
{
    /// <summary>Bytes to read: the header, its extensions and a backing file's name lie within the first cluster's beginning.</summary>
    public const int Length = 4096;

    private const uint Magic = 0x514649fb;
    private const int LongestName = 1023;
    private const ulong CorruptBit = 1UL << 1;
    private const ulong DataFileBit = 1UL << 2;

    /// <summary>Reads the beginning of a file.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Qcow2Header? header)
    {
        header = null;
        if (bytes.Length < 72 || BinaryPrimitives.ReadUInt32BigEndian(bytes) != Magic)
            return false;
        var version = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        var size = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
        if (version is not (2 or 3) || size > long.MaxValue || (version == 3 && bytes.Length < 104))
            return false;
        var nameAt = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        var nameLength = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
        // A name that lies elsewhere than qemu puts it is still a name: nobody gets by with one that we did not read.
        var name = nameAt == 0 ? ""
            : nameLength is > 0 and <= LongestName && nameAt + nameLength <= (ulong)bytes.Length ? Encoding.UTF8.GetString(bytes.Slice((int)nameAt, (int)nameLength))
            : "(unreadable)";
        var incompatible = version == 3 ? BinaryPrimitives.ReadUInt64BigEndian(bytes[72..]) : 0;
        header = new Qcow2Header((int)version, (long)size, name, (incompatible & DataFileBit) != 0, (incompatible & CorruptBit) != 0,
            BinaryPrimitives.ReadUInt32BigEndian(bytes[32..]) != 0);
        return true;
    }
}
