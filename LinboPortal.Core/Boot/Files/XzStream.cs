namespace LinboPortal.Core.Boot.Files;

/// <summary>
/// A stream of xz ("The .xz File Format", 1.2.1): header, blocks, index, footer. Blocks need not say how long they are, but the chunks of LZMA2 in
/// them do.
/// </summary>
internal static class XzStream
{
    private const byte Lzma2 = 0x21;

    public static ReadOnlySpan<byte> Magic => [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0];

    private static ReadOnlySpan<byte> CheckSizes => [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

    /// <summary>Walks to the end of the stream.</summary>
    /// <exception cref="InvalidDataException">Something in it is not what it must be.</exception>
    /// <exception cref="EndOfStreamException">It ends too early.</exception>
    public static void Skip(SegmentReader reader)
    {
        Span<byte> header = stackalloc byte[12];
        reader.Read(header);
        var flags = header[7];
        Require(header[6] == 0 && flags <= 0x0f);
        var blocks = 0UL;
        for (int size; (size = reader.Byte()) != 0; blocks++)
            Block(reader, (size + 1) * 4, CheckSizes[flags]);
        Index(reader, blocks);
        Span<byte> footer = stackalloc byte[12];
        reader.Read(footer);
        Require(footer[8] == 0 && footer[9] == flags && footer[10] == (byte)'Y' && footer[11] == (byte)'Z');
    }

    private static void Block(SegmentReader reader, int headerSize, int checkSize)
    {
        var end = reader.Position - 1 + headerSize;
        var flags = reader.Byte();
        Require((flags & 0x3c) == 0);
        var sizes = ((flags & 0x40) != 0 ? 1 : 0) + ((flags & 0x80) != 0 ? 1 : 0);
        for (var i = 0; i < sizes; i++)
            Number(reader);
        var filter = 0UL;
        for (var i = 0; i <= (flags & 3); i++)
        {
            filter = Number(reader);
            reader.Skip((long)Math.Min(Number(reader), 1024));
        }

        // Whatever comes before it, the last filter is the compression.
        Require(filter == Lzma2 && reader.Position <= end);
        reader.MoveTo(end);
        Chunks(reader);
        reader.Skip(((end - reader.Position) & 3) + checkSize);
    }

    private static void Chunks(SegmentReader reader)
    {
        while (reader.Byte() is not 0 and var control)
        {
            if (control < 0x80)
            {
                Require(control <= 2);
                reader.Skip(Size(reader));
                continue;
            }

            reader.Skip(2);
            reader.Skip(Size(reader) + (control >= 0xc0 ? 1 : 0));
        }

        static int Size(SegmentReader reader) => ((reader.Byte() << 8) | reader.Byte()) + 1;
    }

    private static void Index(SegmentReader reader, ulong blocks)
    {
        var start = reader.Position - 1;
        Require(Number(reader) == blocks);
        for (var i = 0UL; i < blocks; i++)
            Require(Number(reader) > 0 && Number(reader) > 0);
        reader.Skip(((start - reader.Position) & 3) + 4);
    }

    private static ulong Number(SegmentReader reader)
    {
        var value = 0UL;
        for (var shift = 0; shift < 63; shift += 7)
        {
            var next = reader.Byte();
            value |= (ulong)(next & 0x7f) << shift;
            if ((next & 0x80) == 0)
                return value;
        }

        throw new InvalidDataException();
    }

    private static void Require(bool holds)
    {
        if (!holds)
            throw new InvalidDataException();
    }
}
