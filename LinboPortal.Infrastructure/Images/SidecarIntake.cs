using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Processes;

namespace LinboPortal.Infrastructure.Images;

/// <summary>
/// Takes in small files that came after image and .info of their upload (.desc, .hash, .torrent), once that upload is the image; and descriptions that
/// a client sends alone. The caller has the image's turn and keeps the hooks away.
/// </summary>
internal sealed class SidecarIntake(ImageSwap swap)
{
    private const string Alone = "0";
    private const UnixFileMode Mode = AtomicFile.Public | UnixFileMode.GroupWrite;
    private const long LongestTorrent = 64 * 1024 * 1024;

    private UploadFolders Uploads => swap.Uploads;

    /// <summary>The images for which something has come.</summary>
    public IEnumerable<ImageName> Waiting() => Directory.GetDirectories(Uploads.Late)
        .Select(d => ImageName.TryParse(Path.GetFileName(d).Split(',')[0], out var image) ? image : (ImageName?)null).OfType<ImageName>().Distinct();

    /// <summary>Takes in what can be.</summary>
    /// <returns>True where the image changed.</returns>
    public bool Take(ImageName image)
    {
        if (SwapPlan.IsOpen(Uploads, image.Value))
            return false;
        var changed = false;
        foreach (var directory in Directory.GetDirectories(Uploads.Late, image.Value + ",*").Order(StringComparer.Ordinal))
        {
            var number = Path.GetFileName(directory).Split(',')[1];
            // First the set that it belongs to; what is sent alone belongs to the newest.
            if (Directory.GetDirectories(Uploads.Sets, number == Alone ? $"{image.Value},*" : $"{image.Value},{number},*").Length > 0)
                continue;
            foreach (var file in Directory.GetFiles(directory))
                changed |= Take(image, number, file);
            Directory.Delete(directory, recursive: true);
        }

        return changed;
    }

    /// <summary>True for a file that a client may send, and that is no longer than such files are.</summary>
    public static bool IsFit(ImagePart part, long size) =>
        part.Sidecar is { IsSentByClients: true } && part.FileName is not null && size <= (part.Sidecar == ImageSidecar.Torrent ? LongestTorrent : ImageDesc.MaxLength);

    private bool Take(ImageName image, string number, string file)
    {
        if (!ImagePart.TryParse(Path.GetFileName(file), out var part) || part.Image != image || part.Sidecar is not { } sidecar
            || FileFacts.Read(file, followLinks: false) is not { IsRegular: true } facts || !IsFit(part, facts.Size))
            return false;
        var live = Path.Combine(swap.Images.Of(image), part.FileName!);
        // A .info is taken with its image, or never; the .hash the portal writes with each .torrent that it takes or makes.
        if (sidecar == ImageSidecar.Info || sidecar == ImageSidecar.Hash || !File.Exists(live) || (number == Alone ? sidecar != ImageSidecar.Desc : !ImageOrigin.IsOf(Uploads, live, number)))
            return false;
        if (sidecar == ImageSidecar.Torrent && !IsOfContent(live, file))
            return false;
        SystemUser.Current.Take(file);
        File.SetUnixFileMode(file, Mode);
        AtomicFile.Move(file, Path.Combine(swap.Images.Of(image), part.ToString()));
        // LINBO 4.x sends no .hash, and one that is not of the .torrent beside it makes PCs load the image at every sync.
        if (sidecar == ImageSidecar.Torrent && TorrentMaker.Read(live, new FileInfo(live).Length) is { } torrent)
            TorrentMaker.WriteHash(live, torrent.InfoHash);
        return true;
    }

    /// <summary>True for a torrent of the image, as far as the sums tell that the portal took when it read the image.</summary>
    private static bool IsOfContent(string live, string file)
    {
        var size = new FileInfo(live).Length;
        if (ImageDirectoryReader.ReadStart(file, (int)LongestTorrent) is not { } bytes || TorrentFile.Read(bytes) is not { } sent || !sent.Fits(Path.GetFileName(live), size))
            return false;
        return TorrentMaker.Read(live, size) is not { } own || own.PieceLength != sent.PieceLength || own.Sums.AsSpan().SequenceEqual(sent.Sums);
    }
}
