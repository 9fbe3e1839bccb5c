using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Images.Tasks;

/// <summary>Compares a set with its checksums, as fast as the disk can.</summary>
internal sealed class VerifyWork(IDbContextFactory<PortalDb> databases, ImageVerify verify) : IImageWork
{
    public ImageTaskKind Kind => ImageTaskKind.Verify;

    public async Task<ImageVerdict> RunAsync(TaskRun run, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var version = await db.ImageVersions.Include(v => v.Files).FirstOrDefaultAsync(
            v => v.Folder == run.Task.Folder && db.Images.Any(i => i.Id == v.ImageId && i.Name == run.Task.Image), ct);
        if (version is null)
            return new ImageVerdict(ImageState.Broken, ImageProblem.NoImage);
        run.Begin(version.Files.Sum(f => f.Size));
        var (file, before, last) = ("", 0L, 0L);
        var found = await verify.RunAsync(version.Id, isUrgent: true, (name, read) =>
        {
            (file, before) = name == file ? (file, before) : (name, before + last);
            last = read;
            run.Report(before + read);
        }, ct);
        return found.Any(f => f.State == ImageState.Damaged) ? new ImageVerdict(ImageState.Damaged, ImageProblem.ChecksumDiffers, string.Join(", ", found.Where(f => f.State == ImageState.Damaged).Select(f => f.File)))
            : found.Any(f => f.State is null) ? new ImageVerdict(ImageState.Broken, ImageProblem.Changed)
            : ImageVerdict.Good;
    }
}
