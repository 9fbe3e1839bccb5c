using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;

namespace LinboPortal.Core.Boot.Files;

/// <summary>
/// An initramfs as the kernel reads it (<c>Documentation/driver-api/early-userspace/buffer-format.rst</c>): archives one after the other,
/// compressed or not, with zeros between them. Walks through each from its first byte to its end, by the lengths that stand in it.
/// </summary>
public static class InitramfsFile
{
    private const int BufferSize = 64 * 1024;
    private const uint ZstdMagic = 0xfd2fb528;
    private const uint ZstdSkippable = 0x184d2a50;
    private const uint Lz4Magic = 0x184c2102;
    private const int LargestLz4Block = 9 * 1024 * 1024;

    private static ReadOnlySpan<byte> Trailer => "TRAILER!!!"u8;

    /// <summary>Looks through the file.</summary>
    /// <param name="file">The whole file; it can be sought in.</param>
    public static BootFileContent Check(Stream file)
    {
        file.Position = 0;
        using var buffered = new BufferedStream(new KeepOpen(file), BufferSize);
        var reader = new SegmentReader(buffered);
        try
        {
            for (var isFirst = true; ; isFirst = false)
            {
                if (!reader.SkipZeros())
                    return isFirst ? BootFileContent.CutOff : BootFileContent.Whole;
                if (Segment(reader, isFirst) is { } verdict)
                    return verdict;
            }
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException)
        {
            return BootFileContent.CutOff;
        }
    }

    /// <summary>Walks to the end of one segment; a verdict where nothing can follow that counts.</summary>
    private static BootFileContent? Segment(SegmentReader reader, bool isFirst)
    {
        Span<byte> magic = stackalloc byte[6];
        var length = reader.Peek(magic);
        magic = magic[..length];
        var number = length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(magic) : 0;
        if (magic.StartsWith("070701"u8) || magic.StartsWith("070702"u8))
            Cpio(reader);
        else if (magic.SequenceEqual(XzStream.Magic))
            XzStream.Skip(reader);
        else if (number == ZstdMagic)
            Zstd(reader);
        else if ((number & 0xfffffff0) == ZstdSkippable)
            reader.SkipAfter(4, reader.UInt32At(4));
        else if (number == Lz4Magic)
            Lz4(reader);
        else if (magic.StartsWith(new byte[] { 0x1f, 0x8b }))
            return Gzip(reader);
        else if (IsOther(magic))
            return BootFileContent.Unchecked;
        else
            return isFirst && length >= 4 ? BootFileContent.Foreign : BootFileContent.CutOff;
        return null;
    }

    /// <summary>lzma, bzip2, lzop, and compress: the kernel reads them, and nothing but decompressing tells their end.</summary>
    private static bool IsOther(ReadOnlySpan<byte> magic) => magic.StartsWith(new byte[] { 0x5d, 0, 0 }) || magic.StartsWith("BZh"u8)
        || magic.StartsWith(new byte[] { 0x89, (byte)'L', (byte)'Z', (byte)'O' }) || magic.StartsWith(new byte[] { 0x1f, 0x9e });

    private static void Cpio(SegmentReader reader)
    {
        const int HeaderLength = 110;
        Span<byte> header = stackalloc byte[HeaderLength];
        Span<byte> name = stackalloc byte[11];
        for (var start = reader.Position; ; start = reader.Position)
        {
            reader.Read(header);
            if (!header.StartsWith("07070"u8))
                throw new InvalidDataException();
            var (size, nameSize) = (Hex(header[54..]), Hex(header[94..]));
            reader.Read(name[..(int)Math.Min(nameSize, name.Length)]);
            reader.MoveTo(start + Aligned(HeaderLength + nameSize));
            if (nameSize == name.Length && name.SequenceEqual("TRAILER!!!\0"u8))
                return;
            reader.Skip(Aligned(size));
        }

        static long Aligned(long length) => (length + 3) & ~3L;
        static long Hex(ReadOnlySpan<byte> digits) => uint.TryParse(digits[..8], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value : throw new InvalidDataException();
    }

    /// <summary>RFC 8878: a frame's header, blocks that say how long they are, a checksum.</summary>
    private static void Zstd(SegmentReader reader)
    {
        reader.Skip(4);
        var descriptor = reader.Byte();
        var isSingle = (descriptor & 0x20) != 0;
        ReadOnlySpan<int> ofDictionary = [0, 1, 2, 4];
        ReadOnlySpan<int> ofContentSize = [isSingle ? 1 : 0, 2, 4, 8];
        reader.Skip((isSingle ? 0 : 1) + ofDictionary[descriptor & 3] + ofContentSize[descriptor >> 6]);
        for (var isLast = false; !isLast;)
        {
            var block = reader.Byte() | (reader.Byte() << 8) | (reader.Byte() << 16);
            isLast = (block & 1) != 0;
            reader.Skip(((block >> 1) & 3) switch { 1 => 1, 3 => throw new InvalidDataException(), _ => block >> 3 });
        }

        reader.Skip((descriptor & 4) != 0 ? 4 : 0);
    }

    /// <summary>The frame that the kernel knows: blocks that say how long they are, to the end of the file or of the segment.</summary>
    private static void Lz4(SegmentReader reader)
    {
        reader.Skip(4);
        while (!reader.IsAtEnd && reader.UInt32At(0) is > 0 and <= LargestLz4Block and var size)
            reader.SkipAfter(0, size);
    }

    /// <summary>
    /// Decompresses the rest, which must end with the end of an archive: .NET takes a stream without its end for a whole one. Its length stands in its
    /// last bytes, unless there are several streams.
    /// </summary>
    private static BootFileContent Gzip(SegmentReader reader)
    {
        var sizes = reader.LastNumbers();
        using var content = new GZipStream(reader.Rest, CompressionMode.Decompress);
        var buffer = new byte[BufferSize];
        var length = 0L;
        byte[] last = [];
        for (int read; (read = content.Read(buffer)) > 0; length += read)
        {
            var text = buffer.AsSpan(0, read).TrimEnd((byte)0);
            last = [.. last.Concat(text[^Math.Min(text.Length, Trailer.Length)..].ToArray()).TakeLast(Trailer.Length)];
        }

        return !last.AsSpan().SequenceEqual(Trailer) ? BootFileContent.CutOff
            : sizes.Contains(unchecked((uint)length)) ? BootFileContent.Whole
            : BootFileContent.Unchecked;
    }

    /// <summary>The stream is the caller's to close.</summary>
    private sealed class KeepOpen(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => inner.Position = value;
        }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override int Read(Span<byte> buffer) => inner.Read(buffer);

        public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
