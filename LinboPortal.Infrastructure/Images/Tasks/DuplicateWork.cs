using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.LinboTree;

namespace LinboPortal.Infrastructure.Images.Tasks;

/// <summary>A second image with the content of a set, made beside and put in its place with one rename.</summary>
internal sealed class DuplicateWork(NamedCopy copy, ImageArrival arrival) : IImageWork
{
    public ImageTaskKind Kind => ImageTaskKind.Duplicate;

    public async Task<ImageVerdict> RunAsync(TaskRun run, CancellationToken ct)
    {
        if (!ImageName.TryParse(run.Task.Source, out var from) || !ImageName.TryParse(run.Task.Image, out var to))
            return new ImageVerdict(ImageState.Broken, ImageProblem.BadName);
        var stage = Path.Combine(run.Directory, "image");
        if (!run.IsBegun)
        {
            if (Directory.Exists(stage))
                Directory.Delete(stage, recursive: true);
            var source = copy.Images.Of(from, run.Task.Folder);
            if (!Directory.Exists(source))
                return new ImageVerdict(ImageState.Broken, ImageProblem.NoImage);
            var key = NamedCopy.KeyOf(source);
            run.Begin(NamedCopy.SizeOf(source));
            run.Task.Added = await copy.RunAsync(from, source, to, stage, others: false, run.Report, ct);
            if (NamedCopy.KeyOf(source) != key)
                return new ImageVerdict(ImageState.Broken, ImageProblem.Changed);
        }

        using var turn = await arrival.TurnAsync(to, ct);
        if (Directory.Exists(stage))
        {
            if (Directory.Exists(copy.Images.Of(to)))
                return new ImageVerdict(ImageState.Broken, ImageProblem.Changed, to.Value);
            ct.ThrowIfCancellationRequested();
            run.SetBegun();
            Directory.Move(stage, copy.Images.Of(to));
            AtomicFile.Sync(copy.Images.Root);
        }

        await arrival.RecordAsync(to, null, null);
        return ImageVerdict.Good;
    }
}
