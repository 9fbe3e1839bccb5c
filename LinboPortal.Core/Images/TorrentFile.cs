using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace LinboPortal.Core.Images;

/// <summary>What a .torrent of one file says (BEP 3), whoever made it.</summary>
/// <param name="Name">Name of the file.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="PieceLength">Bytes of a piece.</param>
/// <param name="Sums">SHA-1 of each piece, one after another.</param>
/// <param name="InfoHash">Of the description as it stands in the file, 40 hexadecimal digits.</param>
public sealed record TorrentFile(string Name, long Length, int PieceLength, byte[] Sums, string InfoHash)
{
    private const int Deepest = 8;

    /// <summary>Reads it; null where it is none of a single file. Clients send it, so it may be anything.</summary>
    public static TorrentFile? Read(ReadOnlySpan<byte> bytes)
    {
        if (Find(bytes, "info"u8) is not { } at)
            return null;
        var info = bytes[at];
        if (Find(info, "name"u8) is not { } name || Find(info, "length"u8) is not { } length || Find(info, "piece length"u8) is not { } piece || Find(info, "pieces"u8) is not { } sums
            || Number(info[length]) is not { } size || Number(info[piece]) is not { } part || size < 0 || part is <= 0 or > int.MaxValue)
            return null;
#pragma warning disable CA5350 // BitTorrent v1 is SHA-1
        return new TorrentFile(Encoding.UTF8.GetString(Text(info[name])), size, (int)part, Text(info[sums]).ToArray(), Convert.ToHexStringLower(SHA1.HashData(info)));
#pragma warning restore CA5350
    }

    /// <summary>True where it can be of a file of that name and size.</summary>
    public bool Fits(string name, long length) =>
        Name == name && Length == length && Sums.Length == (length / PieceLength + (length % PieceLength == 0 ? 0 : 1)) * Torrent.SumLength;

    /// <summary>Place of a value in a dictionary; null where there is none.</summary>
    private static Range? Find(ReadOnlySpan<byte> dictionary, ReadOnlySpan<byte> wanted)
    {
        if (dictionary is not [(byte)'d', ..])
            return null;
        for (var at = 1; at < dictionary.Length && dictionary[at] != 'e';)
        {
            var value = End(dictionary, at, 0);
            if (value < 0 || End(dictionary, value, 0) is not (>= 0 and var next))
                return null;
            if (Text(dictionary[at..value]).SequenceEqual(wanted))
                return value..next;
            at = next;
        }

        return null;
    }

    /// <summary>Where the value ends that begins there; -1 where it does not.</summary>
    private static int End(ReadOnlySpan<byte> bytes, int at, int depth)
    {
        if (at >= bytes.Length || depth > Deepest)
            return -1;
        switch (bytes[at])
        {
            case (byte)'i':
                return bytes[at..].IndexOf((byte)'e') is >= 0 and var end ? at + end + 1 : -1;
            case (byte)'l' or (byte)'d':
                at++;
                while (at >= 0 && at < bytes.Length && bytes[at] != 'e')
                    at = End(bytes, at, depth + 1);
                return at < 0 || at >= bytes.Length ? -1 : at + 1;
            default:
                return Utf8Parser.TryParse(bytes[at..], out int length, out var digits) && length >= 0 && at + digits < bytes.Length && bytes[at + digits] == ':'
                    && length < bytes.Length - at - digits ? at + digits + 1 + length : -1;
        }
    }

    private static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> value) => value.IndexOf((byte)':') is >= 0 and var colon ? value[(colon + 1)..] : [];

    private static long? Number(ReadOnlySpan<byte> value) =>
        value is [(byte)'i', .. var digits, (byte)'e'] && Utf8Parser.TryParse(digits, out long number, out var read) && read == digits.Length ? number : null;
}
