using LinboPortal.Core.Images;

namespace LinboPortal.Infrastructure.Images;

/// <summary>What was found out about a set that a client sent.</summary>
/// <param name="Verdict">Good, or why it is not taken.</param>
/// <param name="Sha256">Of the image's file.</param>
/// <param name="Key">Of the file when it was read.</param>
internal sealed record CheckedSet(ImageVerdict Verdict, string Sha256 = "", string Key = "");

/// <summary>Decides whether a set of files that a client sent is an image, and gives a good one its .torrent and .hash.</summary>
internal sealed class IntakeCheck(ImageFolders images, QemuImg qemu, ImageHash hash, TorrentMaker? torrents = null)
{
    /// <summary>Looks at image and .info in a directory that only the portal can write.</summary>
    /// <param name="part">The image's file.</param>
    /// <param name="directory">Where it lies.</param>
    /// <param name="progress">Told of the bytes read so far.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<CheckedSet> RunAsync(ImagePart part, string directory, Action<long>? progress, CancellationToken ct)
    {
        var path = Path.Combine(directory, part.FileName!);
        var infoPath = $"{path}.{ImageSidecar.Info}";
        if (FileFacts.Read(path, followLinks: false) is not { IsRegular: true } facts || FileFacts.Read(infoPath, followLinks: false) is not { IsRegular: true })
            return Bad(ImageProblem.NoImage, "no plain file");
        var info = ImageDirectoryReader.ReadStart(infoPath, ImageInfo.MaxLength);
        var header = ImageDirectoryReader.ReadStart(path, Qcow2Header.Length);
        var seen = new SeenImageFile(
            part.Image, part.Kind!.Value, facts.Size, info is null ? null : ImageInfo.Read(info),
            header is not null && Qcow2Header.TryRead(header, out var read) ? read : null);
        if (ImageVerdict.Of(seen, BaseInfo(part)) is { State: not ImageState.Good } verdict)
            return new CheckedSet(verdict);
        if (qemu.Program is not null)
        {
            if (await qemu.InfoAsync(path, part.Kind.Value, ct) is { Info: null } unreadable)
                return Bad(ImageProblem.WrongFormat, unreadable.Reason);
            if (await qemu.CheckAsync(path, part.Kind.Value, ct) is { Length: > 0 } wrong)
                return Bad(ImageProblem.CheckFailed, wrong);
        }

        using var pieces = new PieceSums(Torrent.PieceLength(facts.Size));
        var sum = await hash.ReadAsync(path, null, toDisk: true, progress, ct, pieces);
        if (torrents is not null)
            TorrentMaker.Write(path, torrents.Make(part.FileName!, facts.Size, pieces.PieceLength, pieces.Finish()));
        return new CheckedSet(ImageVerdict.Good, sum, facts.Key);
    }

    private static CheckedSet Bad(ImageProblem problem, string detail) => new(new ImageVerdict(ImageState.Broken, problem, detail));

    private ImageInfo? BaseInfo(ImagePart part) =>
        part.Kind == ImageFileKind.Qdiff
        && ImageDirectoryReader.ReadStart(
            Path.Combine(images.Of(part.Image), $"{part.Image}.{ImageFileKind.Qcow2.Ending()}.{ImageSidecar.Info}"), ImageInfo.MaxLength) is { } bytes
            ? ImageInfo.Read(bytes) : null;
}
