using System.Text;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.LinboTree;

namespace LinboPortal.Infrastructure.Images.Tasks;

/// <summary>Makes a received file the image: converted where it is none of LINBO's, with the .info that came with it or one of its own.</summary>
internal sealed class UploadWork(ImageArrival arrival, DiskConversion conversion, ImageHash hash) : IImageWork
{
    private const string ConvertingName = "converting";

    public ImageTaskKind Kind => ImageTaskKind.Upload;

    public async Task<ImageVerdict> RunAsync(TaskRun run, CancellationToken ct)
    {
        var task = run.Task;
        if (!ImageName.TryParse(task.Image, out var image) || !ImageSource.TryParse(task.File, out var source))
            return new ImageVerdict(ImageState.Broken, ImageProblem.BadName);
        var part = new ImagePart(image, source.Kind, null);
        var received = Path.Combine(run.Directory, WebUploads.ReceivedName);
        var set = Path.Combine(run.Directory, "set");
        var file = Path.Combine(set, part.FileName!);
        await arrival.SettleAsync(image, ct);
        // An earlier run swapped it in, and its portal died before it could say so.
        if (!File.Exists(received) && !Directory.Exists(set))
            return ImageVerdict.Good;
        Directory.CreateDirectory(set);
        var (expected, done) = (task.Sha256, 0L);
        run.Begin(source.IsConverted && File.Exists(received) ? 3 * new FileInfo(received).Length : new FileInfo(File.Exists(received) ? received : file).Length);
        if (source.IsConverted && File.Exists(received))
        {
            if (await ConvertAsync(run, source, received, file, ct) is { } refusal)
                return refusal;
            done = task.Size / 3 * 2;
        }
        else if (File.Exists(received))
        {
            File.Move(received, file, overwrite: true);
        }

        if (source.IsConverted)
            expected = null; // it was that of the source
        var size = new FileInfo(file).Length;
        AtomicFile.Write($"{file}.{ImageSidecar.Info}", MakeInfo(run, part, size).ToBytes());
        task.Added = FileFacts.Read(file)?.DiskSize ?? 0;
        var rest = task.Size - done;
        return await arrival.TakeAsync(part, set, expected, null, read => run.Report(done + (long)((double)read / size * rest)), ct);
    }

    private async Task<ImageVerdict?> ConvertAsync(TaskRun run, ImageSource source, string received, string file, CancellationToken ct)
    {
        var length = new FileInfo(received).Length;
        if (run.Task.Sha256 is { } expected)
        {
            var sum = await hash.ReadAsync(received, null, toDisk: false, run.Report, ct);
            if (!string.Equals(sum, expected, StringComparison.OrdinalIgnoreCase))
                return new ImageVerdict(ImageState.Broken, ImageProblem.ChecksumDiffers, $"{sum} != {expected}");
        }

        run.Report(length);
        var converting = Path.Combine(run.Directory, ConvertingName);
        if (await conversion.RunAsync(run, received, source.Format, converting, share => run.Report(length + (long)(share * length)), ct) is { } refusal)
            return refusal;
        File.Move(converting, file, overwrite: true);
        File.Delete(received);
        return null;
    }

    private ImageInfo MakeInfo(TaskRun run, ImagePart part, long size)
    {
        var name = part.FileName!;
        if (run.Task.Info.Length == 0)
            return ImageInfo.Make(name, arrival.Newer(run, part), size);
        var given = ImageInfo.Read(Encoding.Latin1.GetBytes(run.Task.Info));
        var renamed = given.Image.Length > 0 ? given.Renamed(given.Image, name) : given.With("image", name);
        return given.ImageSize == size ? renamed : renamed.With("imagesize", FormattableString.Invariant($"{size}"));
    }
}
