using LinboPortal.Core.Events;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Images;

/// <summary>
/// Brings the rows in line with what lies in the tree. The files are the truth: what a person wrote to a row stays, all else is read again. Whole
/// trees and single images go the same way.
/// </summary>
internal sealed class ImageScan(
    IDbContextFactory<PortalDb> databases, ImageFolders folders, ImageDirectoryReader reader, PortalEvents events, TimeProvider time) : IDisposable
{
    /// <summary>Made of "images": who changes rows of images holds it until the commit.</summary>
    private const long LockKey = 0x69_6D_61_67_65_73;

    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>What reads the disk.</summary>
    public ImageDirectoryReader Reader => reader;

    /// <summary>Where news are told.</summary>
    public PortalEvents Events => events;

    /// <summary>The clock's time.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Waits for other changes of images; call it first in the transaction.</summary>
    public static Task LockAsync(PortalDb db, CancellationToken ct) => db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock({LockKey})", ct);

    /// <summary>Reads the whole tree.</summary>
    public Task RunAsync(CancellationToken ct) => RunAsync(null, null, null, ct);

    /// <summary>Reads one image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="first">Done with the rows before they are compared, in the same transaction.</param>
    /// <param name="last">Done with the rows (tracked) after that.</param>
    /// <param name="ct">Ends it.</param>
    public Task RunAsync(ImageName image, Func<PortalDb, Task>? first, Action<PortalDb>? last, CancellationToken ct) =>
        RunAsync(image.Value, first, last, ct);

    /// <summary>As <see cref="RunAsync(ImageName, Func{PortalDb, Task}?, Action{PortalDb}?, CancellationToken)"/>, after something was done with the files: it waits while the database is away.</summary>
    public Task RecordAsync(ImageName image, Func<PortalDb, Task>? first, Action<PortalDb>? last, CancellationToken ct) =>
        DatabaseOutage.WaitOutAsync(time, () => RunAsync(image, first, last, ct), ct);

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    private async Task RunAsync(string? only, Func<PortalDb, Task>? first, Action<PortalDb>? last, CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            await LockAsync(db, ct);
            if (first is not null)
            {
                await first(db);
                await db.SaveChangesAsync(ct);
            }

            var told = await CompareAsync(db, only, ct);
            last?.Invoke(db);
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            foreach (var news in told)
                events.Publish(news);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<IReadOnlyList<PortalEvent>> CompareAsync(PortalDb db, string? only, CancellationToken ct)
    {
        var known = await db.Images.AsTracking().Where(i => only == null || i.Name == only).Include(i => i.Versions).ThenInclude(v => v.Files).AsSplitQuery()
            .ToDictionaryAsync(i => i.Name, StringComparer.Ordinal, ct);
        var merge = new ImageMerge(db);
        // Files and rows of what is being renamed go together: whoever renames reads both.
        var renamed = only is not null ? [] : await db.ImageTasks.Where(t => t.Kind == ImageTaskKind.Rename && t.EndedAt == null).ToListAsync(ct);
        var busy = renamed.SelectMany(t => new[] { t.Image, t.Source }).ToHashSet(StringComparer.Ordinal);
        foreach (var name in folders.Names().Where(n => !busy.Contains(n.Value) && (only is null || n.Value == only)))
        {
            ct.ThrowIfCancellationRequested();
            if (reader.Read(name) is { } found)
                merge.Take(found, known.GetValueOrDefault(name.Value));
        }

        foreach (var gone in known.Values.Where(i => !merge.Taken.Contains(i.Name) && !busy.Contains(i.Name)))
            merge.Remove(gone);
        return merge.News();
    }
}
