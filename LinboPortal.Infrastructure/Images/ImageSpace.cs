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
    private const int NoSpaceLeft = 28; // ENOSPC
    private const int QuotaExceeded = 122; // EDQUOT

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
    internal ImageVerdict? Refuse(long bytes) => Look().Usable is var usable && usable >= bytes ? null : Missing(bytes, usable);

    /// <summary>What to say of work that filled the disk.</summary>
    /// <param name="needed">Bytes that it was thought to need; 0 where nobody knows.</param>
    /// <param name="directory">What it made so far, which is going to be removed.</param>
    internal ImageVerdict Full(long needed, string directory)
    {
        var made = Directory.Exists(directory)
            ? Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Select(f => FileFacts.Read(f, followLinks: false)).Sum(f => f is { Links: 1 } ? f.DiskSize : 0) : 0;
        return Missing(needed, Look().Usable + made);
    }

    /// <summary>True where the disk, or what the portal may use of it, is full.</summary>
    internal static bool IsFull(Exception fault) => fault is IOException && (fault.HResult & 0xffff) is NoSpaceLeft or QuotaExceeded;

    /// <summary>For what other programs say in words.</summary>
    internal static IOException FullDisk(string detail) => new(detail, NoSpaceLeft);

    private static ImageVerdict Missing(long needed, long usable) => new(ImageState.Broken, ImageProblem.NoSpace, needed > usable
        ? FormattableString.Invariant($"{(needed + Megabyte - 1) / Megabyte} MB are needed, {usable / Megabyte} MB are free")
        : FormattableString.Invariant($"more than {usable / Megabyte} MB are needed"));
}
