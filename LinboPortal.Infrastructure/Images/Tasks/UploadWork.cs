using System.Text;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.LinboTree;

namespace LinboPortal.Infrastructure.Images.Tasks;

/// <summary>Makes a received file the image: converted where it is none of LINBO's, with the .info that came with it or one of its own.</summary>
internal sealed class UploadWork(ImageArrival arrival, QemuConvert qemu, ImageHash hash, ImageSpace space) : IImageWork
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
        var rest = task.Size - done;
        return await arrival.TakeAsync(part, set, expected, null, read => run.Report(done + (long)((double)read / size * rest)), ct);
    }

    private async Task<ImageVerdict?> ConvertAsync(TaskRun run, ImageSource source, string received, string file, CancellationToken ct)
    {
        if (!qemu.IsThere)
            return new ImageVerdict(ImageState.Broken, ImageProblem.ServerFault, "qemu-img is not installed");
        if (source.Format == "vmdk" && !VmdkHeader.HoldsDisk(ImageDirectoryReader.ReadStart(received, VmdkHeader.Length)))
            return new ImageVerdict(ImageState.Broken, ImageProblem.RefersElsewhere, "vmdk");
        var length = new FileInfo(received).Length;
        if (run.Task.Sha256 is { } expected)
        {
            var sum = await hash.ReadAsync(received, null, toDisk: false, run.Report, ct);
            if (!string.Equals(sum, expected, StringComparison.OrdinalIgnoreCase))
                return new ImageVerdict(ImageState.Broken, ImageProblem.ChecksumDiffers, $"{sum} != {expected}");
        }

        run.Report(length);
        var node = QemuConvert.Alone(received, source.Format);
        var converting = Path.Combine(run.Directory, ConvertingName);
        File.Delete(converting);
        try
        {
            run.Needed = await qemu.MeasureAsync(node, ct);
            if (space.Refuse(run.Needed) is { } full)
                return full;
            await qemu.RunAsync(node, converting, compress: false, share => run.Report(length + (long)(share * length)), ct);
        }
        catch (Processes.ProgramFailedException e)
        {
            return new ImageVerdict(ImageState.Broken, ImageProblem.WrongFormat, e.Message);
        }

        File.Move(converting, file, overwrite: true);
        File.Delete(received);
        return null;
    }

    /// <summary>Now; later than the image that is there, since clients load it anew only where the .info differs.</summary>
    private ImageTimestamp Newer(TaskRun run, ImagePart part)
    {
        var now = ImageTimestamp.Of(run.Now, run.Zone);
        var bytes = ImageDirectoryReader.ReadStart(Path.Combine(arrival.Images.Of(part.Image), $"{part.FileName}.{ImageSidecar.Info}"), ImageInfo.MaxLength);
        return bytes is not null && ImageTimestamp.TryParse(ImageInfo.Read(bytes).Timestamp, out var old) && old.Local >= now.Local ? ImageTimestamp.Later(old) : now;
    }

    private ImageInfo MakeInfo(TaskRun run, ImagePart part, long size)
    {
        var name = part.FileName!;
        if (run.Task.Info.Length == 0)
            return ImageInfo.Make(name, Newer(run, part), size);
        var given = ImageInfo.Read(Encoding.Latin1.GetBytes(run.Task.Info));
        var renamed = given.Image.Length > 0 ? given.Renamed(given.Image, name) : given.With("image", name);
        return given.ImageSize == size ? renamed : renamed.With("imagesize", FormattableString.Invariant($"{size}"));
    }
}
