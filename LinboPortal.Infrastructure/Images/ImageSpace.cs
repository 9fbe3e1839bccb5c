using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Images;

/// <summary>Room on the file system of the images.</summary>
/// <param name="Total">Bytes of all.</param>
/// <param name="Free">Bytes that are free.</param>
/// <param name="Reserve">Bytes that are to stay free: uploads beyond that are refused.</param>
public sealed record DiskRoom(long Total, long Free, long Reserve)
{
    /// <summary>Bytes that images may still take.</summary>
    public long Usable => Math.Max(0, Free - Reserve);
}

/// <summary>Looks how much room images have.</summary>
public sealed class ImageSpace
{
    private const long Megabyte = 1024 * 1024;

    private readonly ImageFolders folders;
    private readonly IOptions<ImagesOptions> options;

    internal ImageSpace(ImageFolders folders, IOptions<ImagesOptions> options) => (this.folders, this.options) = (folders, options);

    /// <summary>The room now.</summary>
    public DiskRoom Look()
    {
        var drive = new DriveInfo(Directory.Exists(folders.Root) ? folders.Root : "/");
        return new DiskRoom(drive.TotalSize, drive.AvailableFreeSpace, options.Value.ReserveMegabytes * Megabyte);
    }

    /// <summary>Bytes that may be used, less those that uploads on their way still need; below 0 where those will not fit.</summary>
    internal async Task<long> UsableBesideUploadsAsync(PortalDb db, CancellationToken ct) =>
        Look().Usable - await db.ImageTasks.Where(t => t.State == ImageTaskState.Receiving).SumAsync(t => t.Size - t.Bytes, ct);

    /// <summary>Why there is no room; null where there is.</summary>
    internal ImageVerdict? Refuse(long bytes) => Look().Usable is var usable && usable >= bytes
        ? null
        : new ImageVerdict(ImageState.Broken, ImageProblem.NoSpace, FormattableString.Invariant($"{bytes / Megabyte} MB are needed, {usable / Megabyte} MB are free"));
}
