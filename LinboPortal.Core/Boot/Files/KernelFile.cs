using System.Buffers.Binary;

namespace LinboPortal.Core.Boot.Files;

/// <summary>
/// A Linux kernel for x86 (<c>Documentation/arch/x86/boot.rst</c>): its header says how long it is, and where it is signed, the header of the
/// signature says how long that is.
/// </summary>
public static class KernelFile
{
    private const int SectorSize = 512;
    private const int SignatureField = 0x1fe;
    private const int HeaderField = 0x202;
    private const int HeaderLength = 1024;

    // syssize counts paragraphs and is rounded up; the file may end within the last one.
    private const int Paragraph = 16;

    /// <summary>Looks at the header and at the length.</summary>
    /// <param name="file">The whole file; it can be sought in.</param>
    public static BootFileContent Check(Stream file)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        file.Position = 0;
        var read = file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (read < HeaderField + 4)
            return BootFileContent.CutOff;
        if (BinaryPrimitives.ReadUInt16LittleEndian(header[SignatureField..]) != 0xaa55 || !header[HeaderField..].StartsWith("HdrS"u8))
            return BootFileContent.Foreign;
        var sectors = header[0x1f1] == 0 ? 4 : header[0x1f1];
        var length = ((sectors + 1L) * SectorSize) + ((long)BinaryPrimitives.ReadUInt32LittleEndian(header[0x1f4..]) * Paragraph);
        return file.Length > length - Paragraph && file.Length >= EndOfSignature(header[..read]) ? BootFileContent.Whole : BootFileContent.CutOff;
    }

    /// <summary>The end of the certificate table of a signed kernel, which is a program of UEFI (PE) too; 0 where it is not signed.</summary>
    private static long EndOfSignature(ReadOnlySpan<byte> header)
    {
        const int TableOfPe32Plus = 24 + 144;
        if (!header.StartsWith("MZ"u8))
            return 0;
        var pe = BinaryPrimitives.ReadInt32LittleEndian(header[0x3c..]);
        if (pe < 0 || pe + TableOfPe32Plus + 8 > header.Length || !header[pe..].StartsWith("PE\0\0"u8)
            || BinaryPrimitives.ReadUInt16LittleEndian(header[(pe + 24)..]) != 0x20b)
            return 0;
        var table = header[(pe + TableOfPe32Plus)..];
        return (long)BinaryPrimitives.ReadUInt32LittleEndian(table) + BinaryPrimitives.ReadUInt32LittleEndian(table[4..]);
    }
}
