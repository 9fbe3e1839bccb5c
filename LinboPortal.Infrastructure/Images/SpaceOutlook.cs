using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Images;

/// <summary>Room now, and how long it lasts.</summary>
/// <param name="Room">On the file system of the images.</param>
/// <param name="Forecast">As images came in or were made lately; null where too few were.</param>
/// <param name="Largest">Size of the largest image: the next one of it needs as much.</param>
/// <param name="WarnDays">From how many days on it is a warning.</param>
public sealed record SpaceView(DiskRoom Room, SpaceForecast? Forecast, long Largest, int WarnDays)
{
    /// <summary>True where the next upload of the largest image would be refused, or soon any.</summary>
    public bool IsTight => (Largest > 0 && Room.Usable < Largest) || (Forecast is { DaysLeft: { } days } && days < WarnDays);
}

/// <summary>Reads how much room there is for images and how fast it goes.</summary>
public sealed class SpaceOutlook(IDbContextFactory<PortalDb> databases, ImageSpace space, IOptions<ImagesOptions> options, TimeProvider time)
{
    /// <summary>The room and its forecast.</summary>
    public async Task<SpaceView> ReadAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var since = time.GetUtcNow() - SpaceForecast.Window;
        var intakes = await db.ImageUploads.Where(u => u.State == UploadState.Taken && u.StartedAt > since).Select(u => new { u.StartedAt, u.Bytes }).ToListAsync(ct);
        var made = await db.ImageTasks.Where(t => t.State == ImageTaskState.Done && t.EndedAt > since && t.Added > 0).Select(t => new { At = t.EndedAt!.Value, t.Added }).ToListAsync(ct);
        var largest = await db.ImageFiles.MaxAsync(f => (long?)f.Size, ct) ?? 0;
        var room = space.Look();
        return new SpaceView(
            room, SpaceForecast.Of([.. intakes.Select(i => (i.StartedAt, i.Bytes)), .. made.Select(m => (m.At, m.Added))], room.Usable, time.GetUtcNow()), largest, options.Value.WarnDays);
    }
}
