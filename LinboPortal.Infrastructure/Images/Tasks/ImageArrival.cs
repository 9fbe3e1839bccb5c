using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Persistence;

namespace LinboPortal.Infrastructure.Images.Tasks;

/// <summary>Makes a finished set of files the image: checked as a client's upload is, swapped in as that is, the former set kept as a version.</summary>
internal sealed class ImageArrival(ImageSwap swap, ImageTurns turns, IntakeCheck check, ImageScan scan, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    public ImageFolders Images => swap.Images;

    /// <summary>Waits until nobody else changes the files of the image.</summary>
    public async Task<IDisposable> TurnAsync(ImageName image, CancellationToken ct)
    {
        while (true)
        {
            var turn = await turns.TakeAsync(image, ct);
            // What was begun with it ends first.
            if (!SwapPlan.IsOpen(swap.Uploads, image.Value))
                return turn;
            turn.Dispose();
            await Task.Delay(Pause, time, ct);
        }
    }

    /// <summary>Waits until what an earlier portal began with the image is ended: its new files may lie in our directory.</summary>
    public async Task SettleAsync(ImageName image, CancellationToken ct) => (await TurnAsync(image, ct)).Dispose();

    /// <summary>Takes a set in.</summary>
    /// <param name="part">The image's file.</param>
    /// <param name="set">Directory of the new files; gone afterwards where they were taken.</param>
    /// <param name="sha256">What the file's sum must be; null for any.</param>
    /// <param name="isStill">Asked when nobody can change the image any more; false leaves it as it is.</param>
    /// <param name="progress">Told of the bytes that are checked.</param>
    /// <param name="ct">Ends it, until the swap begins.</param>
    public async Task<ImageVerdict> TakeAsync(ImagePart part, string set, string? sha256, Func<bool>? isStill, Action<long>? progress, CancellationToken ct)
    {
        using var turn = await TurnAsync(part.Image, ct);
        if (isStill?.Invoke() == false)
            return new ImageVerdict(ImageState.Broken, ImageProblem.Changed);
        var found = await check.RunAsync(part, set, progress, ct);
        if (found.Verdict.State != ImageState.Good)
            return found.Verdict;
        if (sha256 is not null && !string.Equals(sha256, found.Sha256, StringComparison.OrdinalIgnoreCase))
            return new ImageVerdict(ImageState.Broken, ImageProblem.ChecksumDiffers, $"{found.Sha256} != {sha256}");
        ct.ThrowIfCancellationRequested();
        string? folder = null;
        await RecordAsync(
            part.Image,
            async db =>
            {
                folder ??= swap.RunOrWithdraw(part, set, [.. Directory.GetFiles(set).Select(f => Path.GetFileName(f))]);
                if (part.Kind != ImageFileKind.Qdiff)
                    await UploadIntake.MoveRowAsync(db, part.Image, folder, CancellationToken.None);
            },
            db => UploadIntake.Describe(db, part, found, "", time.GetUtcNow()));
        return ImageVerdict.Good;
    }

    /// <summary>Now; later than the image that is there, since clients load it anew only where the .info differs.</summary>
    public ImageTimestamp Newer(TaskRun run, ImagePart part)
    {
        var now = ImageTimestamp.Of(run.Now, run.Zone);
        var bytes = ImageDirectoryReader.ReadStart(Path.Combine(Images.Of(part.Image), $"{part.FileName}.{ImageSidecar.Info}"), ImageInfo.MaxLength);
        return bytes is not null && ImageTimestamp.TryParse(ImageInfo.Read(bytes).Timestamp, out var old) && old.Local >= now.Local ? ImageTimestamp.Later(old) : now;
    }

    /// <summary>Lets the rows say what the files are.</summary>
    public Task RecordAsync(ImageName image, Func<PortalDb, Task>? first, Action<PortalDb>? last) => scan.RecordAsync(image, first, last, CancellationToken.None); // done is done
}
