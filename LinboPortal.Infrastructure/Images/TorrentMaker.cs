using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Distribution;
using LinboPortal.Infrastructure.LinboTree;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Images;

/// <summary>
/// Writes .torrent and .hash of an image's file. A PC of LINBO 7.4 with a .torrent in its cache asks for the .hash at each sync and fails without,
/// whatever it loads images by: so there is always one, and it is that of the .torrent beside it.
/// </summary>
internal sealed class TorrentMaker(IOptions<PortalOptions> portal, IOptions<TorrentOptions> torrents, TimeProvider time)
{
    private const UnixFileMode Mode = AtomicFile.Public | UnixFileMode.GroupWrite;
    private const int LongestTorrent = 64 * 1024 * 1024;

    /// <summary>Makes the torrent of a file that was read whole.</summary>
    /// <param name="name">Name of the file.</param>
    /// <param name="size">Its bytes.</param>
    /// <param name="pieceLength">Bytes of a piece.</param>
    /// <param name="sums">SHA-1 of each piece, one after another.</param>
    public Torrent Make(string name, long size, int pieceLength, ReadOnlySpan<byte> sums) => Torrent.Make(
        $"http://{portal.Value.ServerAddress}:{torrents.Value.TrackerPort}/announce", name, size, pieceLength, sums, time.GetUtcNow());

    /// <summary>Writes both files beside the image's.</summary>
    public static void Write(string path, Torrent torrent)
    {
        AtomicFile.Write($"{path}.{ImageSidecar.Torrent}", torrent.Bytes, Mode);
        WriteHash(path, torrent.InfoHash);
    }

    /// <summary>Writes the .hash as <c>btcheck</c> gives it.</summary>
    public static void WriteHash(string path, string infoHash) => AtomicFile.Write($"{path}.{ImageSidecar.Hash}", infoHash + "\n", Mode);

    /// <summary>The .torrent beside an image's file; null where there is none that fits its name and size.</summary>
    public static TorrentFile? Read(string path, long size) =>
        FileFacts.Read($"{path}.{ImageSidecar.Torrent}") is { IsRegular: true, Size: > 0 and <= LongestTorrent }
        && ImageDirectoryReader.ReadStart($"{path}.{ImageSidecar.Torrent}", LongestTorrent) is { } bytes
        && TorrentFile.Read(bytes) is { } torrent && torrent.Fits(Path.GetFileName(path), size) ? torrent : null;

    /// <summary>True for a text that is the content of a .hash.</summary>
    public static bool IsHash(ReadOnlySpan<byte> bytes)
    {
        var text = bytes.TrimEnd(" \r\n"u8);
        foreach (var digit in text)
        {
            if (!char.IsAsciiHexDigit((char)digit))
                return false;
        }

        return text.Length == 2 * Torrent.SumLength;
    }
}
