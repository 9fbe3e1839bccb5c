namespace LinboPortal.Core.Boot;

/// <summary>
/// Turns the bytes of a Unix text into netascii (RFC 764): LF becomes CR LF, a bare CR becomes CR NUL. The one byte
/// that may not fit into a block any more is carried over to the next.
/// </summary>
public static class TftpNetascii
{
    /// <summary>No byte is carried over.</summary>
    public const int Nothing = -1;

    /// <summary>Fills <paramref name="target"/> as far as the source reaches.</summary>
    /// <param name="source">Bytes of the file.</param>
    /// <param name="target">A block.</param>
    /// <param name="carry">The byte carried over from the last block, or <see cref="Nothing"/>; changed to what is left.</param>
    /// <param name="consumed">How many bytes of the source were used up.</param>
    /// <returns>How many bytes of the target were written.</returns>
    public static int Encode(ReadOnlySpan<byte> source, Span<byte> target, ref int carry, out int consumed)
    {
        var written = 0;
        consumed = 0;
        if (carry != Nothing && target.Length > 0)
        {
            target[written++] = (byte)carry;
            carry = Nothing;
        }

        while (written < target.Length && consumed < source.Length)
        {
            var value = source[consumed++];
            if (value is not ((byte)'\n' or (byte)'\r'))
            {
                target[written++] = value;
                continue;
            }

            target[written++] = (byte)'\r';
            var second = value == (byte)'\n' ? (byte)'\n' : (byte)0;
            if (written < target.Length)
                target[written++] = second;
            else
                carry = second;
        }

        return written;
    }
}
