using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Images.Tasks;

/// <summary>Room on the disk of the images: what is not there is refused before work begins.</summary>
internal sealed class ImageRoom(UploadFolders folders, IOptions<ImagesOptions> options)
{
    private const long Megabyte = 1024 * 1024;

    /// <summary>Bytes that may be used now.</summary>
    public long Free => new DriveInfo(folders.Path).AvailableFreeSpace - options.Value.ReserveMegabytes * Megabyte;

    /// <summary>Bytes that may be used, less those that uploads on their way still need.</summary>
    public async Task<long> FreeBesideUploadsAsync(PortalDb db, CancellationToken ct) =>
        Free - await db.ImageTasks.Where(t => t.State == ImageTaskState.Receiving).SumAsync(t => t.Size - t.Bytes, ct);

    /// <summary>Why there is no room; null where there is.</summary>
    public ImageVerdict? Refuse(long bytes) => Free >= bytes
        ? null
        : new ImageVerdict(ImageState.Broken, ImageProblem.NoSpace, FormattableString.Invariant($"{bytes / Megabyte} MB are needed, {Math.Max(0, Free) / Megabyte} MB are free"));
}
