using System.Collections.Concurrent;
using LinboPortal.Core.Images;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Images;

/// <summary>
/// Gives image files that lie in the tree without a .hash theirs: that of the .torrent beside it where there is one, since PCs may have it in their
/// cache, else of a new one. Current sets come first, then versions, so that a restored one has it too.
/// </summary>
internal sealed class MissingTorrents(
    ImageFolders folders, UploadFolders uploads, ImageTurns turns, ImageHash hash, TorrentMaker torrents, IOptions<ImagesOptions> options)
{
    private const long Megabyte = 1024 * 1024;

    /// <summary>Files that were looked at, with what they were then: one whose time lies in the future is not read for ever.</summary>
    private readonly ConcurrentDictionary<string, string> seen = new(StringComparer.Ordinal);

    /// <summary>Does what is to be done now.</summary>
    /// <param name="written">Told of each file that has its .hash now.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>Why others could not be given one.</returns>
    public async Task<IReadOnlyList<Exception>> RunAsync(Action<string> written, CancellationToken ct)
    {
        List<Exception> faults = [];
        var images = folders.Names().ToList();
        foreach (var image in images)
            await RunAsync(image, ImageVersion.Current, written, faults, ct);
        foreach (var image in images.Where(i => Directory.Exists(folders.BackupsOf(i))))
        {
            foreach (var folder in Directory.EnumerateDirectories(folders.BackupsOf(image)).Select(d => Path.GetFileName(d)).Where(f => f[0] != '.').ToList())
                await RunAsync(image, folder, written, faults, ct);
        }

        return faults;
    }

    private async Task RunAsync(ImageName image, string folder, Action<string> written, List<Exception> faults, CancellationToken ct)
    {
        foreach (var kind in Enum.GetValues<ImageFileKind>())
        {
            ct.ThrowIfCancellationRequested();
            var path = Path.Combine(folders.Of(image, folder), $"{image}.{kind.Ending()}");
            if (FileFacts.Read(path) is not { IsRegular: true, Size: > 0 } facts || !IsWhole(path, facts) || HasHash(path, facts))
                continue;
            try
            {
                if (await MakeAsync(image, path, facts, folder.Length == 0 ? null : options.Value.VerifyMegabytesPerSecond * Megabyte, ct))
                    written(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                faults.Add(e);
            }
        }
    }

    /// <summary>False for a file that is still being copied there.</summary>
    private static bool IsWhole(string path, FileFacts facts) =>
        ImageDirectoryReader.ReadStart($"{path}.{ImageSidecar.Info}", ImageInfo.MaxLength) is { } info && ImageInfo.Read(info).ImageSize == facts.Size;

    /// <summary>A .hash that is older than the image may be of another content.</summary>
    private bool HasHash(string path, FileFacts facts)
    {
        var file = $"{path}.{ImageSidecar.Hash}";
        return FileFacts.Read(file) is { IsRegular: true } found
            && (found.ModifiedAt >= facts.ModifiedAt || seen.GetValueOrDefault(path) == facts.Key)
            && ImageDirectoryReader.ReadStart(file, 256) is { } bytes && TorrentMaker.IsHash(bytes);
    }

    private async Task<bool> MakeAsync(ImageName image, string path, FileFacts facts, long? bytesPerSecond, CancellationToken ct)
    {
        var known = TorrentMaker.Read(path, facts.Size);
        var isNewer = FileFacts.Read($"{path}.{ImageSidecar.Torrent}") is { } file && file.ModifiedAt >= facts.ModifiedAt;
        if (known is not null && isNewer)
            return Keep(image, path, facts, known, null);
        using var pieces = new PieceSums(Torrent.PieceLength(facts.Size));
        using var same = new PieceSums(known?.PieceLength ?? pieces.PieceLength);
        await hash.ReadAsync(path, bytesPerSecond, toDisk: false, null, ct, known is null ? [pieces] : [pieces, same]);
        return known is not null && same.Finish().AsSpan().SequenceEqual(known.Sums)
            ? Keep(image, path, facts, known, null)
            : Keep(image, path, facts, null, torrents.Make(Path.GetFileName(path), facts.Size, pieces.PieceLength, pieces.Finish()));
    }

    private bool Keep(ImageName image, string path, FileFacts facts, TorrentFile? known, Torrent? made)
    {
        // Somebody else changes the image's files now: at the next look.
        using var turn = turns.TryTake(image);
        if (turn is null || SwapPlan.IsOpen(uploads, image.Value) || FileFacts.Read(path)?.Key != facts.Key)
            return false;
        if (known is not null)
            TorrentMaker.WriteHash(path, known.InfoHash);
        else
            TorrentMaker.Write(path, made!);
        seen[path] = facts.Key;
        return true;
    }
}
