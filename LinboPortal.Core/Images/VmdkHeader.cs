using System.Buffers.Binary;

namespace LinboPortal.Core.Images;

/// <summary>
/// The beginning of a vmdk. Many of them only name other files, which qemu would open on the server: what is taken is one file that holds its
/// whole disk.
/// </summary>
public static class VmdkHeader
{
    /// <summary>Bytes to read.</summary>
    public const int Length = 64;

    private const int CapacityAt = 12;

    /// <summary>True where the file holds its disk itself. With a capacity of 0 qemu would follow the description that lies within.</summary>
    public static bool HoldsDisk(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= Length && bytes.StartsWith("KDMV"u8) && BinaryPrimitives.ReadUInt64LittleEndian(bytes[CapacityAt..]) > 0;
}
