using System.Security.Cryptography;

namespace LinboPortal.Core.Images;

/// <summary>The sums of a file's pieces, made while the file is read from its beginning to its end.</summary>
/// <param name="pieceLength">Bytes of a piece.</param>
public sealed class PieceSums(int pieceLength) : IDisposable
{
#pragma warning disable CA5350 // BitTorrent v1 is SHA-1
    private readonly IncrementalHash sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
    private readonly List<byte[]> sums = [];
    private int filled;

    /// <summary>Bytes of a piece.</summary>
    public int PieceLength => pieceLength;

    /// <summary>Takes the next bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var part = Math.Min(bytes.Length, pieceLength - filled);
            sum.AppendData(bytes[..part]);
            bytes = bytes[part..];
            filled += part;
            if (filled < pieceLength)
                return;
            sums.Add(sum.GetHashAndReset());
            filled = 0;
        }
    }

    /// <summary>The sums, one after another, once all bytes are taken.</summary>
    public byte[] Finish()
    {
        if (filled > 0)
            sums.Add(sum.GetHashAndReset());
        filled = 0;
        return [.. sums.SelectMany(s => s)];
    }

    /// <inheritdoc/>
    public void Dispose() => sum.Dispose();
}
