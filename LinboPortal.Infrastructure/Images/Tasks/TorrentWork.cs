using LinboPortal.Core.Images;

namespace LinboPortal.Infrastructure.Images.Tasks;

/// <summary>Makes .torrent and .hash of an image's file anew.</summary>
internal sealed class TorrentWork(ImageArrival arrival, ImageHash hash, TorrentMaker torrents) : IImageWork
{
    public ImageTaskKind Kind => ImageTaskKind.Torrent;

    public async Task<ImageVerdict> RunAsync(TaskRun run, CancellationToken ct)
    {
        if (!ImagePart.TryParse(run.Task.File, out var part) || !part.IsImage || part.Image.Value != run.Task.Image)
            return new ImageVerdict(ImageState.Broken, ImageProblem.BadName);
        var path = Path.Combine(arrival.Images.Of(part.Image), part.FileName!);
        if (FileFacts.Read(path, followLinks: false) is not { IsRegular: true, Size: > 0 } facts)
            return new ImageVerdict(ImageState.Broken, ImageProblem.NoImage);
        run.Begin(facts.Size);
        using var pieces = new PieceSums(Torrent.PieceLength(facts.Size));
        await hash.ReadAsync(path, null, toDisk: false, run.Report, ct, pieces);
        using var turn = await arrival.TurnAsync(part.Image, ct);
        if (FileFacts.Read(path, followLinks: false)?.Key != facts.Key)
            return new ImageVerdict(ImageState.Broken, ImageProblem.Changed);
        TorrentMaker.Write(path, torrents.Make(part.FileName!, facts.Size, pieces.PieceLength, pieces.Finish()));
        await arrival.RecordAsync(part.Image, null, null);
        return ImageVerdict.Good;
    }
}
