using LinboPortal.Core.Boot;

namespace LinboPortal.Infrastructure.Boot.Tftp;

/// <summary>Makes the blocks of a netascii transfer one after the other; the last one is kept, as it may be sent again.</summary>
internal sealed class NetasciiBlocks(SharedFile file, int blockSize)
{
    private readonly byte[] source = new byte[8 * 1024];

    // Pinned, because the kernel reads it by its address.
    private readonly byte[] block = GC.AllocateArray<byte>(blockSize, pinned: true);
    private int carry = TftpNetascii.Nothing;
    private long offset;
    private long made;

    /// <summary>Bytes of the block.</summary>
    public int Length { get; private set; }

    public unsafe byte* Start
    {
        get
        {
            fixed (byte* start = block)
                return start;
        }
    }

    /// <summary>Makes the block with this number, which must be the last made or the next.</summary>
    /// <returns>False where the file cannot be read.</returns>
    public bool TryMake(long number)
    {
        if (number == made)
            return true;
        Length = 0;
        while (Length < blockSize)
        {
            var read = file.Read(source, offset);
            if (read < 0)
                return false;
            var written = TftpNetascii.Encode(source.AsSpan(0, read), block.AsSpan(Length), ref carry, out var consumed);
            offset += consumed;
            Length += written;
            if (written == 0)
                break;
        }

        made = number;
        return true;
    }
}
