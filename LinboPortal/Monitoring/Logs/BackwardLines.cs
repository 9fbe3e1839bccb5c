using System.Runtime.CompilerServices;

namespace LinboPortal.Monitoring.Logs;

/// <summary>Reads the lines of a file from its end to its beginning, a block at a time.</summary>
internal sealed class BackwardLines(Stream stream, long end)
{
    private const int Block = 128 * 1024;

    /// <summary>A line that is longer is none of ours.</summary>
    private const int Longest = 4 * 1024 * 1024;

    /// <summary>Bytes read so far.</summary>
    public long Read { get; private set; }

    /// <summary>The lines with their place in the file, the last one first.</summary>
    public async IAsyncEnumerable<(long Offset, ReadOnlyMemory<byte> Line)> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        byte[] rest = []; // the beginning of a line stands in the block before
        for (var position = Math.Min(end, stream.Length); position > 0;)
        {
            var length = (int)Math.Min(Block, position);
            position -= length;
            var block = new byte[length + rest.Length];
            stream.Seek(position, SeekOrigin.Begin);
            await stream.ReadExactlyAsync(block.AsMemory(0, length), ct);
            rest.CopyTo(block, length);
            Read += length;
            var until = block.Length;
            for (var at = LastEnd(block, until); at >= 0; at = LastEnd(block, until))
            {
                if (until > at + 1)
                    yield return (position + at + 1, block.AsMemory((at + 1)..until));
                until = at;
            }

            rest = until > Longest ? [] : block[..until];
        }

        if (rest.Length > 0)
            yield return (0, rest);
    }

    private static int LastEnd(byte[] block, int until) => block.AsSpan(0, until).LastIndexOf((byte)'\n');
}
