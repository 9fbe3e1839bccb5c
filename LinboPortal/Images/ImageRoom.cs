using LinboPortal.Core.Accounts;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Images;

/// <summary>Room that a version takes alone.</summary>
internal sealed record VersionRoom(string Folder, DateTimeOffset MadeAt, long Bytes, bool Pinned);

/// <summary>Room that an image takes, with its versions, the current one first.</summary>
internal sealed record ImageRoom(string Image, long Bytes, IReadOnlyList<VersionRoom> Versions);

/// <summary>Where the space goes.</summary>
/// <param name="View">The disk and its forecast.</param>
/// <param name="Images">The images, the largest first.</param>
internal sealed record RoomSight(SpaceView View, IReadOnlyList<ImageRoom> Images)
{
    /// <summary>Room of all images.</summary>
    public long Used => Images.Sum(i => i.Bytes);

    /// <summary>Room that something else takes.</summary>
    public long Other => Math.Max(0, View.Room.Total - View.Room.Free - Used);
}

/// <summary>Reads where the space goes.</summary>
internal sealed class ImageRooms(IDbContextFactory<PortalDb> databases, SpaceOutlook outlook)
{
    /// <summary>By image and version; null where the person may not see images.</summary>
    public async Task<RoomSight?> ReadAsync(Person person, CancellationToken ct)
    {
        if (!person.May(Permission.ImagesRead))
            return null;
        await using var db = await databases.CreateDbContextAsync(ct);
        var images = await db.Images.OrderByDescending(i => i.DiskSize).ThenBy(i => i.Name)
            .Select(i => new ImageRoom(
                i.Name, i.DiskSize,
                i.Versions.OrderBy(v => v.Folder != "").ThenByDescending(v => v.MadeAt).Select(v => new VersionRoom(v.Folder, v.MadeAt, v.DiskSize, v.Pinned)).ToList()))
            .ToListAsync(ct);
        return new RoomSight(await outlook.ReadAsync(ct), images);
    }

    /// <summary>The disk and its forecast alone.</summary>
    public Task<SpaceView> OutlookAsync(CancellationToken ct) => outlook.ReadAsync(ct);
}
