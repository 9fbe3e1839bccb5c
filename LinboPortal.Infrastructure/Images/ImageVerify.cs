using LinboPortal.Core.Events;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Images;

/// <summary>How a comparison with the checksum ended.</summary>
/// <param name="File">Name of the file.</param>
/// <param name="State">Good or damaged; null where the file changed meanwhile or is gone.</param>
internal sealed record VerifiedFile(string File, ImageState? State);

/// <summary>
/// Compares images with the checksum of their intake. A file that has none (it was there before the portal) gets one, and is compared with that
/// from then on.
/// </summary>
internal sealed class ImageVerify(
    IDbContextFactory<PortalDb> databases, ImageFolders folders, ImageHash hash, ImageScan scan, IOptions<ImagesOptions> options)
{
    private const long Megabyte = 1024 * 1024;

    private sealed record Target(Guid Id, string Image, string Folder, string Name);

    /// <summary>Compares the files of a set.</summary>
    /// <param name="version">Key of the set.</param>
    /// <param name="isUrgent">True reads as fast as the disk can; false as fast as the setting allows.</param>
    /// <param name="progress">Told of the bytes read of the present file.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<IReadOnlyList<VerifiedFile>> RunAsync(Guid version, bool isUrgent, Action<string, long>? progress, CancellationToken ct)
    {
        List<VerifiedFile> done = [];
        foreach (var target in await TargetsAsync(f => f.VersionId == version, null, ct))
            done.Add(await RunAsync(target, isUrgent, read => progress?.Invoke(target.Name, read), ct));
        return done;
    }

    /// <summary>Compares the file that was not compared for longest.</summary>
    /// <returns>False where none is due.</returns>
    public async Task<bool> RunNextAsync(DateTimeOffset before, CancellationToken ct)
    {
        if (await TargetsAsync(f => f.VerifiedAt == null || f.VerifiedAt < before, 1, ct) is not [var target])
            return false;
        return (await RunAsync(target, isUrgent: false, null, ct)).State is not null;
    }

    private async Task<List<Target>> TargetsAsync(System.Linq.Expressions.Expression<Func<ImageFile, bool>> which, int? most, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var query = db.ImageFiles.Where(which).Where(f => f.Size > 0)
            .OrderBy(f => f.VerifiedAt != null).ThenBy(f => f.VerifiedAt)
            .Join(db.ImageVersions, f => f.VersionId, v => v.Id, (f, v) => new { f, v })
            .Join(db.Images, x => x.v.ImageId, i => i.Id, (x, i) => new Target(x.f.Id, i.Name, x.v.Folder, x.f.Name));
        return await (most is { } count ? query.Take(count) : query).ToListAsync(ct);
    }

    private async Task<VerifiedFile> RunAsync(Target target, bool isUrgent, Action<long>? progress, CancellationToken ct)
    {
        if (!ImageName.TryParse(target.Image, out var image))
            return new VerifiedFile(target.Name, null);
        var path = Path.Combine(folders.Of(image, target.Folder), target.Name);
        var key = FileFacts.Read(path)?.Key;
        var sum = "";
        var detail = "";
        try
        {
            if (key is not null)
                sum = await hash.ReadAsync(path, isUrgent ? null : options.Value.VerifyMegabytesPerSecond * Megabyte, toDisk: false, progress, ct);
        }
        catch (IOException e)
        {
            detail = e.Message; // a disk that cannot be read is what this is for
        }

        // Replaced while it was read: the sum is of neither.
        if (key is null || FileFacts.Read(path)?.Key != key)
            return new VerifiedFile(target.Name, null);
        ImageState? state = null;
        await scan.RunAsync(image, db => JudgeAsync(db, target, key, sum, detail, ct), null, ct);
        await using var db = await databases.CreateDbContextAsync(ct);
        state = await db.ImageFiles.Where(f => f.Id == target.Id).Select(f => (ImageState?)f.State).FirstOrDefaultAsync(ct);
        return new VerifiedFile(target.Name, state);
    }

    private async Task JudgeAsync(PortalDb db, Target target, string key, string sum, string detail, CancellationToken ct)
    {
        if (await db.ImageFiles.AsTracking().FirstOrDefaultAsync(f => f.Id == target.Id, ct) is not { } file)
            return;
        if (file.Sha256 is null && sum.Length > 0)
            (file.Sha256, file.Sha256Of) = (sum, key);
        // The time and size are as they were and yet the content is not: that is no change, that is damage. Another time is another content.
        var isSame = file.Sha256Of == key ? file.Sha256 == sum : (bool?)null;
        file.VerifiedAt = scan.Now;
        if (isSame is true && file.State == ImageState.Damaged)
            (file.State, file.Problem, file.Detail) = (ImageState.Good, ImageProblem.None, "");
        if (isSame is not false || file.State == ImageState.Damaged)
            return;
        (file.State, file.Problem, file.Detail) = (ImageState.Damaged, sum.Length > 0 ? ImageProblem.ChecksumDiffers : ImageProblem.Unreadable, detail);
        var image = await db.ImageVersions.Where(v => v.Id == file.VersionId).Select(v => v.ImageId).FirstAsync(ct);
        scan.Events.Publish(new PortalEvent.ImageDamaged(image, target.Image, target.Folder, target.Name, file.Problem));
    }
}
