using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace LinboPortal.Core.Images;

/// <summary>A BitTorrent v1 file of one file (BEP 3), as LINBO's clients read it: one tracker, the name is the file's own.</summary>
/// <param name="Bytes">Content of the .torrent.</param>
/// <param name="InfoHash">The info hash, 40 hexadecimal digits: content of the .hash.</param>
public sealed record Torrent(byte[] Bytes, string InfoHash)
{
    /// <summary>Bytes of a SHA-1 sum.</summary>
    public const int SumLength = 20;

    private const int ShortestPiece = 256 * 1024;
    private const int LongestPiece = 8 * 1024 * 1024;
    private const int MostPieces = 8192;

    /// <summary>Length of the pieces that a file is summed up in: few enough that the .torrent of a large image stays small.</summary>
    public static int PieceLength(long size)
    {
        var length = ShortestPiece;
        while (length < LongestPiece && size / length > MostPieces)
            length *= 2;
        return length;
    }

    /// <summary>Puts it together.</summary>
    /// <param name="announce">Address of the tracker.</param>
    /// <param name="name">Name of the file.</param>
    /// <param name="size">Its bytes.</param>
    /// <param name="pieceLength">By <see cref="PieceLength"/>.</param>
    /// <param name="sums">SHA-1 of each piece, one after another.</param>
    /// <param name="at">When it is made.</param>
    public static Torrent Make(string announce, string name, long size, int pieceLength, ReadOnlySpan<byte> sums, DateTimeOffset at)
    {
        using var info = new MemoryStream();
        // Keys stand in the order of their bytes, or programs disagree about the info hash.
        Write(info, "d6:lengthi", size, "e4:name");
        Write(info, name);
        Write(info, "12:piece lengthi", pieceLength, "e6:pieces");
        Write(info, "", sums.Length, ":");
        info.Write(sums);
        info.WriteByte((byte)'e');
        var described = info.ToArray();
        using var all = new MemoryStream();
        all.Write("d8:announce"u8);
        Write(all, announce);
        all.Write("10:created by11:LinboPortal"u8);
        Write(all, "13:creation datei", at.ToUnixTimeSeconds(), "e4:info");
        all.Write(described);
        all.WriteByte((byte)'e');
#pragma warning disable CA5350 // BitTorrent v1 is SHA-1
        return new Torrent(all.ToArray(), Convert.ToHexStringLower(SHA1.HashData(described)));
#pragma warning restore CA5350
    }

    private static void Write(Stream stream, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Write(stream, "", bytes.Length, ":");
        stream.Write(bytes);
    }

    private static void Write(Stream stream, string before, long number, string after)
    {
        stream.Write(Encoding.ASCII.GetBytes(before));
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(number, digits, out var written);
        stream.Write(digits[..written]);
        stream.Write(Encoding.ASCII.GetBytes(after));
    }
}
