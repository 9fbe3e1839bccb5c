using System.Security.Cryptography;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Distribution;
using LinboPortal.Infrastructure.LinboTree;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Images.Tasks;

/// <summary>Makes .torrent and .hash of an image's file.</summary>
internal sealed class TorrentWork(ImageArrival arrival, IOptions<PortalOptions> options, IOptions<TorrentOptions> torrents) : IImageWork
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
        var length = Torrent.PieceLength(facts.Size);
        var sums = await SumAsync(path, facts.Size, length, run, ct);
        var server = options.Value.ServerAddress;
        var torrent = Torrent.Make($"http://{server}:{torrents.Value.TrackerPort}/announce", part.FileName!, facts.Size, length, sums, run.Now);
        using var turn = await arrival.TurnAsync(part.Image, ct);
        if (FileFacts.Read(path, followLinks: false)?.Key != facts.Key)
            return new ImageVerdict(ImageState.Broken, ImageProblem.Changed);
        const UnixFileMode Mode = AtomicFile.Public | UnixFileMode.GroupWrite;
        AtomicFile.Write($"{path}.{ImageSidecar.Torrent}", torrent.Bytes, Mode);
        AtomicFile.Write($"{path}.{ImageSidecar.Hash}", torrent.InfoHash + "\n", Mode);
        await arrival.RecordAsync(part.Image, null, null);
        return ImageVerdict.Good;
    }

    private static async Task<byte[]> SumAsync(string path, long size, int length, TaskRun run, CancellationToken ct)
    {
        var sums = new byte[(size + length - 1) / length * Torrent.SumLength];
        var buffer = new byte[length];
        using var file = File.OpenHandle(path, options: FileOptions.Asynchronous | FileOptions.SequentialScan);
        for (var (at, piece) = (0L, 0); at < size; piece++)
        {
            var filled = 0;
            for (int read; filled < length && (read = await RandomAccess.ReadAsync(file, buffer.AsMemory(filled), at + filled, ct)) > 0;)
                filled += read;
            if (filled == 0)
                throw new EndOfStreamException(path);
#pragma warning disable CA5350 // BitTorrent v1 is SHA-1
            SHA1.HashData(buffer.AsSpan(0, filled), sums.AsSpan(piece * Torrent.SumLength));
#pragma warning restore CA5350
            at += filled;
            run.Report(at);
        }

        return sums;
    }
}
