using System.Buffers.Binary;

namespace LinboPortal.Core.Boot.Files;

/// <summary>Reads small pieces of a file and skips large ones; never beyond its end.</summary>
/// <param name="stream">Buffered; it can be sought in.</param>
internal sealed class SegmentReader(Stream stream)
{
    private readonly long length = stream.Length;

    public long Position => stream.Position;

    public bool IsAtEnd => stream.Position >= length;

    /// <summary>What follows, as a stream.</summary>
    public Stream Rest => stream;

    public byte Byte() => stream.ReadByte() is >= 0 and var value ? (byte)value : throw new EndOfStreamException();

    public void Read(Span<byte> target) => stream.ReadExactly(target);

    /// <summary>Reads without moving on; returns how many bytes there were.</summary>
    public int Peek(Span<byte> target)
    {
        var start = stream.Position;
        var read = stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
        stream.Position = start;
        return read;
    }

    /// <summary>The number that begins so many bytes on. Does not move.</summary>
    public uint UInt32At(int offset)
    {
        Span<byte> bytes = stackalloc byte[offset + 4];
        return Peek(bytes) == bytes.Length ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]) : throw new EndOfStreamException();
    }

    /// <summary>Skips so many bytes behind a number that is not read yet.</summary>
    public void SkipAfter(int before, uint count) => Skip(before + 4L + count);

    public void Skip(long count) => MoveTo(stream.Position + count);

    public void MoveTo(long position)
    {
        if (position > length)
            throw new EndOfStreamException();
        if (position != stream.Position)
            stream.Position = position;
    }

    /// <summary>Skips zeros; false where nothing else follows.</summary>
    public bool SkipZeros()
    {
        for (int value; (value = stream.ReadByte()) >= 0;)
        {
            if (value == 0)
                continue;
            stream.Position--;
            return true;
        }

        return false;
    }

    /// <summary>The numbers that end the file, or that end it but for the zeros behind them. Does not move.</summary>
    public HashSet<uint> LastNumbers()
    {
        const int Reach = 4096;
        var start = stream.Position;
        stream.Position = Math.Max(start, length - Reach);
        var end = new byte[length - stream.Position];
        stream.ReadExactly(end);
        stream.Position = start;
        var zerosFrom = end.AsSpan().TrimEnd((byte)0).Length;
        return [.. Enumerable.Range(zerosFrom - 4, 5).Where(at => at >= 0 && at + 4 <= end.Length).Select(at => BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(at)))];
    }
}
