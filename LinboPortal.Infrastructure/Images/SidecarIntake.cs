using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Processes;

namespace LinboPortal.Infrastructure.Images;

/// <summary>
/// Takes in small files that came after their image (.desc, .hash, .torrent), or without one: a client that edits a description sends it alone.
/// The caller has the image's turn and keeps the hooks away, one of which may just be making a set of these files.
/// </summary>
internal sealed class SidecarIntake(ImageSwap swap)
{
    private const UnixFileMode Mode = AtomicFile.Public | UnixFileMode.GroupWrite;
    private const long LongestTorrent = 64 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    /// <summary>The images for which something has arrived.</summary>
    public IEnumerable<ImageName> Waiting() => Directory.GetDirectories(swap.Uploads.Arrived)
        .Select(d => ImageName.TryParse(Path.GetFileName(d), out var image) ? image : (ImageName?)null).OfType<ImageName>();

    /// <summary>Takes in what can be.</summary>
    /// <returns>True where the image changed.</returns>
    public bool Take(ImageName image)
    {
        var arrived = Path.Combine(swap.Uploads.Arrived, image.Value);
        // First the set that they belong to; and a hook may have made one of them since the look.
        if (!Directory.Exists(arrived) || Directory.GetDirectories(swap.Uploads.Sets, image.Value + ",*").Length > 0)
            return false;
        var changed = false;
        foreach (var file in Directory.GetFiles(arrived))
            changed |= Take(image, file);
        if (Directory.GetFileSystemEntries(arrived).Length == 0)
            Directory.Delete(arrived);
        return changed;
    }

    private bool Take(ImageName image, string file)
    {
        var facts = FileFacts.Read(file, followLinks: false);
        var live = ImagePart.TryParse(Path.GetFileName(file), out var part) && part.Image == image ? Path.Combine(swap.Images.Of(image), part.ToString()) : null;
        var isOld = facts is not null && swap.Now - facts.ChangedAt > Patience;
        // An image waits for its .info.
        if (part is { IsImage: true } && facts is { IsRegular: true } && !isOld)
            return false;
        if (live is null || part!.IsImage || facts is not { IsRegular: true } || !Fits(part, file, facts.Size))
        {
            File.Delete(file);
            return false;
        }

        SystemUser.Current.Take(file);
        File.SetUnixFileMode(file, Mode);
        AtomicFile.Move(file, live);
        // LINBO 4.x sends no .hash, and one that is not of the .torrent beside it makes PCs load the image at every sync.
        var main = Path.Combine(swap.Images.Of(part.Image), part.FileName!);
        if (part.Sidecar == ImageSidecar.Torrent && TorrentMaker.Read(main, new FileInfo(main).Length) is { } torrent)
            TorrentMaker.WriteHash(main, torrent.InfoHash);
        return true;
    }

    /// <summary>True for a sidecar of the image that is there. A .info alone makes a half image whole and changes no other.</summary>
    private bool Fits(ImagePart part, string file, long size)
    {
        if (!part.Sidecar!.IsSentByClients || part.FileName is null)
            return false;
        // The portal writes it with each .torrent that it takes or makes.
        if (part.Sidecar == ImageSidecar.Hash)
            return false;
        var image = FileFacts.Read(Path.Combine(swap.Images.Of(part.Image), part.FileName));
        if (part.Sidecar == ImageSidecar.Torrent && image is not null && size <= LongestTorrent
            && (ImageDirectoryReader.ReadStart(file, (int)LongestTorrent) is not { } sent || TorrentFile.Read(sent)?.Fits(part.FileName, image.Size) != true))
            return false;
        if (image is null || size > (part.Sidecar == ImageSidecar.Torrent ? LongestTorrent : ImageDesc.MaxLength))
            return false;
        return part.Sidecar != ImageSidecar.Info
            || (!File.Exists(Path.Combine(swap.Images.Of(part.Image), part.ToString()))
                && ImageDirectoryReader.ReadStart(file, ImageInfo.MaxLength) is { } bytes && ImageInfo.Read(bytes).ImageSize == image.Size);
    }
}
