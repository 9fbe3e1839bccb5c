using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.LinboTree;

namespace LinboPortal.Infrastructure.Images.Tasks;

/// <summary>
/// Writes base and what differs from it into one new base; or the base alone, compressed and without what nobody uses. The former files become a
/// version, so that it can be taken back.
/// </summary>
internal abstract class RewriteWork(ImageArrival arrival, QemuConvert qemu, ImageSpace space) : IImageWork
{
    public abstract ImageTaskKind Kind { get; }

    private bool IsMerge => Kind == ImageTaskKind.Merge;

    public async Task<ImageVerdict> RunAsync(TaskRun run, CancellationToken ct)
    {
        if (!ImageName.TryParse(run.Task.Image, out var image))
            return new ImageVerdict(ImageState.Broken, ImageProblem.BadName);
        var part = new ImagePart(image, ImageFileKind.Qcow2, null);
        var live = arrival.Images.Of(image);
        var basePath = Path.Combine(live, part.FileName!);
        var diffPath = Path.Combine(live, $"{image}.{ImageFileKind.Qdiff.Ending()}");
        var set = Path.Combine(run.Directory, "set");
        var swapped = Path.Combine(run.Directory, "swapping");
        await arrival.SettleAsync(image, ct);
        // The swap ended, by its own journal, and its portal before it could say so.
        if (File.Exists(swapped) && !Directory.Exists(set))
            return ImageVerdict.Good;
        if (!File.Exists(basePath) || (IsMerge && !File.Exists(diffPath)))
            return new ImageVerdict(ImageState.Broken, ImageProblem.NoImage);
        if (Directory.Exists(set))
            Directory.Delete(set, recursive: true);
        Directory.CreateDirectory(set);
        var key = Key();
        var source = IsMerge ? QemuConvert.On(diffPath, basePath) : QemuConvert.Alone(basePath, "qcow2");
        var size = new FileInfo(basePath).Length + (IsMerge ? new FileInfo(diffPath).Length : 0);
        run.Needed = size;
        if (space.Refuse(size) is { } full)
            return full;
        run.Begin(2 * size);
        var file = Path.Combine(set, part.FileName!);
        await qemu.RunAsync(source, file, compress: true, share => run.Report((long)(share * size)), ct);
        var length = new FileInfo(file).Length;
        run.Task.Added = FileFacts.Read(file)?.DiskSize ?? 0;
        AtomicFile.Write($"{file}.{ImageSidecar.Info}", NewInfo(run, basePath, part, length).ToBytes());
        KeepDescription(file, IsMerge ? [diffPath, basePath] : [basePath]);
        AtomicFile.Write(swapped, "");
        return await arrival.TakeAsync(part, set, null, () => Key() == key, read => run.Report(size + (long)((double)read / length * size)), ct);

        string Key() => $"{FileFacts.Read(basePath)?.Key} {FileFacts.Read(diffPath)?.Key}";
    }

    /// <summary>What people wrote about the files that it is made of, the newest first.</summary>
    private static void KeepDescription(string file, IEnumerable<string> sources)
    {
        var found = sources.Select(s => ImageDirectoryReader.ReadStart($"{s}.{ImageSidecar.Desc}", ImageDesc.MaxLength)).OfType<byte[]>().Where(b => b.Length > 0).ToList();
        // One goes on as it is, in whatever encoding.
        if (found is [var only])
            AtomicFile.Write($"{file}.{ImageSidecar.Desc}", only);
        else if (found.Count > 1)
            AtomicFile.Write($"{file}.{ImageSidecar.Desc}", string.Concat(found.Select(b => ImageDesc.Decode(b).TrimEnd('\n') + "\n")));
    }

    /// <summary>The base's own, with another time: clients load the image anew where it differs.</summary>
    private static ImageInfo NewInfo(TaskRun run, string basePath, ImagePart part, long length)
    {
        var now = ImageTimestamp.Of(run.Now, run.Zone);
        var bytes = ImageDirectoryReader.ReadStart($"{basePath}.{ImageSidecar.Info}", ImageInfo.MaxLength);
        if (bytes is null)
            return ImageInfo.Make(part.FileName!, now, length);
        var former = ImageInfo.Read(bytes);
        var stamp = ImageTimestamp.TryParse(former.Timestamp, out var old) && old.Local >= now.Local ? ImageTimestamp.Later(old) : now;
        return former.With("timestamp", stamp.Text).With("imagesize", FormattableString.Invariant($"{length}"));
    }
}

/// <summary>What differs goes into the base.</summary>
internal sealed class MergeWork(ImageArrival arrival, QemuConvert qemu, ImageSpace space) : RewriteWork(arrival, qemu, space)
{
    public override ImageTaskKind Kind => ImageTaskKind.Merge;
}

/// <summary>The base is written anew and compressed.</summary>
internal sealed class CompactWork(ImageArrival arrival, QemuConvert qemu, ImageSpace space) : RewriteWork(arrival, qemu, space)
{
    public override ImageTaskKind Kind => ImageTaskKind.Compact;
}
