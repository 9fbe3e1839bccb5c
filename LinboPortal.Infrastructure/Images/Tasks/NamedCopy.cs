using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.LinboTree;

namespace LinboPortal.Infrastructure.Images.Tasks;

/// <summary>Makes a set of files under another name beside the image: the .info says the new name, and so does what differs from the base.</summary>
internal sealed class NamedCopy(ImageFolders images, QemuConvert qemu, ImageSpace space, TorrentMaker? torrents = null)
{
    public ImageFolders Images => images;

    /// <summary>Bytes of the files of a directory that are large.</summary>
    public static long SizeOf(string directory) => Directory.EnumerateFiles(directory).Where(IsLarge).Sum(f => new FileInfo(f).Length);

    /// <summary>Another text after each change in a directory.</summary>
    public static string KeyOf(string directory) => string.Join('\n', Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal).Select(f => $"{f} {FileFacts.Read(f)?.Key}"));

    /// <summary>Copies a set.</summary>
    /// <param name="from">Its name.</param>
    /// <param name="source">Its directory.</param>
    /// <param name="to">The new name.</param>
    /// <param name="target">The new directory.</param>
    /// <param name="others">True takes along what is no file of the image, under its own name.</param>
    /// <param name="progress">Told of the bytes of large files that are done.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>Bytes of large files that had to be copied.</returns>
    public async Task<long> RunAsync(ImageName from, string source, ImageName to, string target, bool others, Action<long> progress, CancellationToken ct)
    {
        Directory.CreateDirectory(target);
        File.SetUnixFileMode(target, AtomicFile.PublicDirectory);
        var (done, copied) = (0L, 0L);
        foreach (var file in Directory.EnumerateFiles(source).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(file);
            if (FileFacts.Read(file, followLinks: false) is not { IsRegular: true } facts || name[0] == '.')
                continue;
            var part = ImagePart.TryParse(name, out var read) && read.Image == from ? read : null;
            var before = done;
            if (part is null && others)
                await FileCopy.RunAsync(file, Path.Combine(target, name), mayShare: true, space, _ => { }, ct);
            else if (part is { IsImage: true })
                copied += await CopyImageAsync(file, part, to, target, bytes => progress(before + bytes), ct);
            else if (part is not null && part.Sidecar != ImageSidecar.Info)
                CopySidecar(file, part, Path.Combine(target, (part with { Image = to }).ToString()));
            if (IsLarge(file))
                done += facts.Size;
            progress(done);
        }

        CopyTorrents(from, source, to, target);
        // Last, and with the sizes that the files have now.
        foreach (var file in Directory.EnumerateFiles(source, $"*.{ImageSidecar.Info}"))
        {
            if (ImagePart.TryParse(Path.GetFileName(file), out var part) && part.Image == from && part.FileName is not null)
                CopyInfo(file, part, part with { Image = to }, target);
        }

        AtomicFile.Sync(target);
        return copied;
    }

    private async Task<long> CopyImageAsync(string file, ImagePart part, ImageName to, string target, Action<long> progress, CancellationToken ct)
    {
        var copy = Path.Combine(target, (part with { Image = to }).ToString());
        var isDiff = part.Kind == ImageFileKind.Qdiff;
        var copied = await FileCopy.RunAsync(file, copy, mayShare: !isDiff, space, progress, ct);
        File.SetUnixFileMode(copy, AtomicFile.Public | UnixFileMode.GroupWrite);
        if (isDiff)
            await qemu.NameBaseAsync(copy, $"{to}.{ImageFileKind.Qcow2.Ending()}", ct);
        return copied;
    }

    /// <summary>The same pieces under the new name, without reading the file again; a qdiff names its base and has another content.</summary>
    private void CopyTorrents(ImageName from, string source, ImageName to, string target)
    {
        foreach (var kind in new[] { ImageFileKind.Qcow2, ImageFileKind.Iso })
        {
            var (old, copy) = (Path.Combine(source, $"{from}.{kind.Ending()}"), Path.Combine(target, $"{to}.{kind.Ending()}"));
            if (torrents is not null && FileFacts.Read(copy) is { IsRegular: true } facts && TorrentMaker.Read(old, facts.Size) is { } torrent)
                TorrentMaker.Write(copy, torrents.Make(Path.GetFileName(copy), facts.Size, torrent.PieceLength, torrent.Sums));
        }
    }

    /// <summary>A torrent and the sums of others name the old file.</summary>
    private static void CopySidecar(string file, ImagePart part, string copy)
    {
        if (part.Sidecar == ImageSidecar.Torrent || part.Sidecar == ImageSidecar.Hash || part.Sidecar == ImageSidecar.Md5)
            return;
        AtomicFile.Write(copy, File.ReadAllBytes(file), part.Sidecar == ImageSidecar.MachineAccount ? AtomicFile.Private : File.GetUnixFileMode(file));
    }

    private static void CopyInfo(string file, ImagePart part, ImagePart renamed, string target)
    {
        var info = ImageInfo.Read(File.ReadAllBytes(file)).Renamed(part.FileName!, renamed.FileName!);
        var image = new FileInfo(Path.Combine(target, renamed.FileName!));
        // One that was wrong stays wrong: a copy does not heal.
        if (image.Exists && info.ImageSize == new FileInfo(file[..^(ImageSidecar.Info.Ending.Length + 1)]).Length && info.ImageSize != image.Length)
            info = info.With("imagesize", FormattableString.Invariant($"{image.Length}"));
        AtomicFile.Write(Path.Combine(target, renamed.ToString()), info.ToBytes(), File.GetUnixFileMode(file));
    }

    private static bool IsLarge(string file) => ImagePart.TryParse(Path.GetFileName(file), out var part) && part.IsImage;
}
