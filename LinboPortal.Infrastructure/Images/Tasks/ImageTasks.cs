using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Images.Tasks;

/// <summary>The rows of work on images: what people want, see and stop, and what a portal that works on them says.</summary>
public sealed class ImageTasks
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private readonly IDbContextFactory<PortalDb> databases;
    private readonly UploadFolders folders;
    private readonly PortalEvents events;
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<Guid, CancellationTokenSource> running = [];
    private readonly Channel<bool> wishes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    internal ImageTasks(IDbContextFactory<PortalDb> databases, UploadFolders folders, PortalEvents events, TimeProvider time) =>
        (this.databases, this.folders, this.events, this.time) = (databases, folders, events, time);

    /// <summary>The clock's time.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Where work has its directories.</summary>
    internal UploadFolders Folders => folders;

    /// <summary>Becomes readable when there may be something to do.</summary>
    internal ChannelReader<bool> Wishes => wishes.Reader;

    /// <summary>Adds work, with its audit row.</summary>
    public async Task AddAsync(Person person, ImageTask task, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        db.ImageTasks.Add(task);
        Audit(db, person, task, isCancelled: false);
        await db.SaveChangesAsync(ct);
        Tell(task, null);
        Wake();
    }

    /// <summary>Work of an image, or of all; what goes on first, then the newest.</summary>
    public async Task<IReadOnlyList<ImageTask>> ListAsync(string? image, bool onlyOpen, int most, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.ImageTasks.Where(t => image == null || t.Image == image || t.Source == image)
            .Where(t => !onlyOpen || t.EndedAt == null)
            .OrderBy(t => t.EndedAt != null).ThenByDescending(t => t.CreatedAt).Take(most).ToListAsync(ct);
    }

    /// <summary>One; null where there is none.</summary>
    public async Task<ImageTask?> FindAsync(Guid id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.ImageTasks.FirstOrDefaultAsync(t => t.Id == id, ct);
    }

    /// <summary>Stops work. What runs stops within seconds, wherever it runs.</summary>
    /// <returns>False where there is no such work, or it is over.</returns>
    public async Task<bool> CancelAsync(Person person, Guid id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.ImageTasks.FirstOrDefaultAsync(t => t.Id == id && t.EndedAt == null, ct) is not { } task)
            return false;
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var stopped = await db.ImageTasks.Where(t => t.Id == id && (t.State == ImageTaskState.Receiving || t.State == ImageTaskState.Waiting)).ExecuteUpdateAsync(
            t => t.SetProperty(x => x.State, ImageTaskState.Cancelled).SetProperty(x => x.EndedAt, Now), ct);
        if (stopped == 0)
            await db.ImageTasks.Where(t => t.Id == id && t.EndedAt == null).ExecuteUpdateAsync(t => t.SetProperty(x => x.IsCancelled, true), ct);
        Audit(db, person, task, isCancelled: true);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        if (stopped == 1)
        {
            Remove(id);
            (task.State, task.EndedAt) = (ImageTaskState.Cancelled, Now);
            Tell(task, null);
        }

        Stop(id);
        return true;
    }

    /// <summary>Takes the oldest work that waits, or that a portal left lying.</summary>
    internal async Task<ImageTask?> ClaimAsync(CancellationToken ct)
    {
        var now = Now;
        await using var db = await databases.CreateDbContextAsync(ct);
        var free = db.ImageTasks.Where(t => t.State == ImageTaskState.Waiting || (t.State == ImageTaskState.Running && t.LeasedUntil < now));
        foreach (var id in await free.OrderBy(t => t.CreatedAt).Select(t => t.Id).Take(20).ToListAsync(ct))
        {
            if (running.ContainsKey(id))
                continue;
            var taken = await free.Where(t => t.Id == id).ExecuteUpdateAsync(
                t => t.SetProperty(x => x.State, ImageTaskState.Running).SetProperty(x => x.LeasedUntil, now + Lease)
                    .SetProperty(x => x.StartedAt, x => x.StartedAt ?? now).SetProperty(x => x.Bytes, 0),
                ct);
            if (taken == 1)
                return await db.ImageTasks.FirstAsync(t => t.Id == id, ct);
        }

        return null;
    }

    /// <summary>Says that work goes on.</summary>
    /// <returns>False where it is to stop.</returns>
    internal async Task<bool> BeatAsync(ImageTask task, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var (bytes, size) = (task.Bytes, task.Size);
        return await db.ImageTasks.Where(t => t.Id == task.Id && t.State == ImageTaskState.Running && !t.IsCancelled).ExecuteUpdateAsync(
            t => t.SetProperty(x => x.LeasedUntil, Now + Lease).SetProperty(x => x.Bytes, bytes).SetProperty(x => x.Size, size), ct) == 1;
    }

    /// <summary>Gives work back, to be begun again.</summary>
    internal async Task ReleaseAsync(ImageTask task, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await db.ImageTasks.Where(t => t.Id == task.Id && t.State == ImageTaskState.Running).ExecuteUpdateAsync(
            t => t.SetProperty(x => x.State, ImageTaskState.Waiting).SetProperty(x => x.LeasedUntil, (DateTimeOffset?)null), ct);
    }

    /// <summary>Work is over.</summary>
    internal async Task EndAsync(ImageTask task, ImageTaskState state, ImageVerdict verdict, CancellationToken ct)
    {
        (task.State, task.Problem, task.Detail, task.EndedAt) = (state, verdict.Problem, verdict.Detail, Now);
        if (state == ImageTaskState.Done)
            task.Bytes = task.Size;
        await using var db = await databases.CreateDbContextAsync(ct);
        await db.ImageTasks.Where(t => t.Id == task.Id && t.EndedAt == null).ExecuteUpdateAsync(
            t => t.SetProperty(x => x.State, task.State).SetProperty(x => x.Problem, task.Problem).SetProperty(x => x.Detail, task.Detail)
                .SetProperty(x => x.EndedAt, task.EndedAt).SetProperty(x => x.Bytes, task.Bytes).SetProperty(x => x.Size, task.Size)
                .SetProperty(x => x.Added, task.Added),
            ct);
        Tell(task, null);
    }

    /// <summary>Changes the row of an upload that comes in.</summary>
    internal async Task SaveReceivedAsync(ImageTask task, TaskSpeed? speed, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var saved = await db.ImageTasks.Where(t => t.Id == task.Id && t.State == ImageTaskState.Receiving).ExecuteUpdateAsync(
            t => t.SetProperty(x => x.State, task.State).SetProperty(x => x.Bytes, task.Bytes).SetProperty(x => x.ExpiresAt, task.ExpiresAt)
                .SetProperty(x => x.Sha256, task.Sha256),
            ct);
        // Somebody may have thrown it away meanwhile.
        if (saved == 0)
            return;
        Tell(task, speed);
        if (task.State == ImageTaskState.Waiting)
            Wake();
    }

    /// <summary>Throws away uploads that did not go on, and what belongs to no open work.</summary>
    internal async Task CleanAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        foreach (var task in await db.ImageTasks.Where(t => t.State == ImageTaskState.Receiving && t.ExpiresAt < Now).ToListAsync(ct))
            await EndAsync(task, ImageTaskState.Failed, new ImageVerdict(ImageState.Broken, ImageProblem.Aborted), ct);
        var open = await db.ImageTasks.Where(t => t.EndedAt == null).Select(t => t.Id).ToListAsync(ct);
        foreach (var directory in Directory.GetDirectories(folders.Tasks))
        {
            if (Guid.TryParseExact(Path.GetFileName(directory), "N", out var id) && !open.Contains(id) && !running.ContainsKey(id)
                && !await db.ImageTasks.AnyAsync(t => t.Id == id && t.EndedAt == null, ct))
                Remove(id);
        }
    }

    /// <summary>Removes what work had in hand.</summary>
    internal void Remove(Guid id)
    {
        if (Directory.Exists(folders.TaskOf(id)))
            folders.Discard(folders.TaskOf(id));
    }

    /// <summary>For bytes that come in.</summary>
    internal TaskSpeed NewSpeed() => new(time);

    internal void Register(Guid id, CancellationTokenSource stop) => running[id] = stop;

    internal void Unregister(Guid id) => running.TryRemove(id, out _);

    internal void Wake() => wishes.Writer.TryWrite(true);

    internal void Tell(ImageTask task, TaskSpeed? speed) => events.Publish(new PortalEvent.ImageTaskMoved(
        task.Id, task.Image, task.Kind, task.State, task.Bytes, task.Size, speed?.PerSecond, speed?.Left(task.Bytes, task.Size), task.Problem));

    private void Stop(Guid id)
    {
        try
        {
            if (running.TryGetValue(id, out var stop))
                stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended.
        }
    }

    private void Audit(PortalDb db, Person person, ImageTask task, bool isCancelled) => db.Audit(
        person, Now, AuditActions.Of(task.Kind, isCancelled), task.Image,
        JsonSerializer.Serialize(new { task = task.Id, task.File, task.Source, task.Folder, task.Size }));
}
