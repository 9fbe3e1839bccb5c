using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.LinboTree;

namespace LinboPortal.Infrastructure.Images.Tasks;

/// <summary>
/// Makes the image of a disk file of another format that lies in its directory. The file stays as it is; it goes, where that is wanted, once the
/// new image was compared with it, checked and put in.
/// </summary>
internal sealed class ConvertWork(ImageArrival arrival, DiskConversion conversion) : IImageWork
{
    public ImageTaskKind Kind => ImageTaskKind.Convert;

    public async Task<ImageVerdict> RunAsync(TaskRun run, CancellationToken ct)
    {
        if (!ImageName.TryParse(run.Task.Image, out var image) || !ImageSource.TryParse(run.Task.File, out var source) || Path.GetFileName(run.Task.File) != run.Task.File)
            return new ImageVerdict(ImageState.Broken, ImageProblem.BadName);
        var part = new ImagePart(image, ImageFileKind.Qcow2, null);
        var original = Path.Combine(arrival.Images.Of(image), run.Task.File);
        var set = Path.Combine(run.Directory, "set");
        var swapped = Path.Combine(run.Directory, "swapping");
        await arrival.SettleAsync(image, ct);
        // The swap ended, by its own journal, and its portal before it could say so.
        if (File.Exists(swapped) && !Directory.Exists(set))
            return await EndAsync(run, image, original, await File.ReadAllTextAsync(swapped, ct));
        if (FileFacts.Read(original, followLinks: false) is not { IsRegular: true } facts)
            return new ImageVerdict(ImageState.Broken, ImageProblem.NoImage);
        if (Directory.Exists(set))
            Directory.Delete(set, recursive: true);
        Directory.CreateDirectory(set);
        // Written, compared, checked.
        run.Begin(3 * facts.Size);
        var file = Path.Combine(set, part.FileName!);
        if (await conversion.RunAsync(run, original, source.Format, file, share => run.Report((long)(share * facts.Size)), ct) is { } refusal)
            return refusal;
        if (!await conversion.IsSameAsync(original, source.Format, file, share => run.Report((long)((1 + share) * facts.Size)), ct))
            return new ImageVerdict(ImageState.Broken, ImageProblem.Changed, run.Task.File);
        var made = FileFacts.Read(file)!;
        run.Task.Added = made.DiskSize;
        AtomicFile.Write($"{file}.{ImageSidecar.Info}", ImageInfo.Make(part.FileName!, arrival.Newer(run, part), made.Size).ToBytes());
        AtomicFile.Write(swapped, facts.Key);
        var verdict = await arrival.TakeAsync(
            part, set, null, () => FileFacts.Read(original, followLinks: false)?.Key == facts.Key,
            read => run.Report(2 * facts.Size + (long)((double)read / made.Size * facts.Size)), ct);
        return verdict.State == ImageState.Good ? await EndAsync(run, image, original, facts.Key) : verdict;
    }

    /// <param name="run">The work.</param>
    /// <param name="image">The image, which is the new one now.</param>
    /// <param name="original">The file that it was made of.</param>
    /// <param name="key">Of the file as it was then: what somebody wrote to it since is in no image.</param>
    private async Task<ImageVerdict> EndAsync(TaskRun run, ImageName image, string original, string key)
    {
        if (!run.Task.RemovesSource)
            return ImageVerdict.Good;
        var ct = CancellationToken.None; // begun is begun
        using var turn = await arrival.TurnAsync(image, ct);
        if (FileFacts.Read(original, followLinks: false) is not { } now || now.Key != key)
            return ImageVerdict.Good;
        File.Delete(original);
        run.Task.Added -= now.DiskSize;
        await arrival.RecordAsync(image, null, null);
        return ImageVerdict.Good;
    }
}
