using System.Collections.Concurrent;
using System.Net;
using LinboPortal.Core.Events;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Persistence;
using LinboPortal.Infrastructure.Remote;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Images;

/// <summary>The uploads' rows, from the client's first word to the image, and what is told of them.</summary>
internal sealed class ImageUploads(IDbContextFactory<PortalDb> databases, AskingHosts hosts, PortalEvents events, TimeProvider time)
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(30);

    private readonly ConcurrentDictionary<(string File, IPAddress Client), (ImageUpload Row, long? Size, long ToldAt)> open = [];

    /// <summary>The clock's time.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Uploads of which bytes come in, with the file that they are of.</summary>
    public IReadOnlyList<ImageUpload> Receiving => [.. open.Values.Select(o => o.Row).Where(r => r.State == UploadState.Receiving)];

    /// <summary>The host at an address; null for an unknown one.</summary>
    public Task<AskingHost?> HostAsync(IPAddress client, CancellationToken ct) => hosts.FindAsync(client, ct);

    /// <summary>A client begins.</summary>
    public async Task BeginAsync(ImagePart part, IPAddress client, long? size, DateTimeOffset at, string permit, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await db.ImageUploads.Where(u => u.File == part.FileName && u.Address == client && u.State == UploadState.Receiving).ExecuteUpdateAsync(
            u => u.SetProperty(x => x.State, UploadState.Failed).SetProperty(x => x.Problem, ImageProblem.Aborted).SetProperty(x => x.EndedAt, at), ct);
        var row = await MakeAsync(part, client, at, ct);
        row.Permit = permit;
        db.ImageUploads.Add(row);
        await db.SaveChangesAsync(ct);
        open[(row.File, client)] = (row, size, 0);
        Tell(row, size);
    }

    /// <summary>So many bytes have come.</summary>
    public void Received(ImageUpload row, long bytes) => Progress((row.File, row.Address), bytes);

    /// <summary>So many bytes are checked.</summary>
    public void Checking(ImagePart part, IPAddress client, long bytes) => Progress((part.FileName!, client), bytes);

    /// <summary>A transfer ended.</summary>
    /// <param name="part">What was sent.</param>
    /// <param name="client">Who sent it.</param>
    /// <param name="began">When.</param>
    /// <param name="ended">Until when.</param>
    /// <param name="problem">Why it failed; none where all came.</param>
    /// <param name="detail">What the problem is about.</param>
    /// <param name="ct">Ends it.</param>
    public async Task EndAsync(
        ImagePart part, IPAddress client, DateTimeOffset began, DateTimeOffset ended, ImageProblem problem, string detail, CancellationToken ct)
    {
        // Sidecars have no row of their own.
        if (!part.IsImage)
            return;
        await using var db = await databases.CreateDbContextAsync(ct);
        var row = await FindAsync(db, part, client, ct);
        // The intake may have been faster.
        if (row is { State: UploadState.Taken or UploadState.Failed, EndedAt: { } known } && known >= ended)
            return;
        if (row is not { EndedAt: null, State: UploadState.Receiving })
        {
            row = await MakeAsync(part, client, began, ct);
            db.ImageUploads.Add(row);
        }

        row.State = problem == ImageProblem.None ? UploadState.Checking : UploadState.Failed;
        row.EndedAt = problem == ImageProblem.None ? null : ended;
        (row.Problem, row.Detail) = (problem, detail);
        await SaveAsync(db, row, ct);
    }

    /// <summary>A PC gave the wrong password: rsync tells neither image nor file, but the PC told before what image it had made.</summary>
    /// <returns>Its name or address where that is news; null where it was told lately.</returns>
    public async Task<string?> RefuseLoginAsync(IPAddress client, DateTimeOffset at, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        // A PC tries once for each file of its set.
        var since = at - Quiet;
        if (await db.ImageUploads.Where(u => u.Address == client && u.Problem == ImageProblem.WrongPassword && u.EndedAt > since)
            .ExecuteUpdateAsync(u => u.SetProperty(x => x.EndedAt, at), ct) > 0)
            return null;
        var host = await hosts.FindAsync(client, ct);
        var made = host is null ? null : await db.HostImages.Where(i => i.HostId == host.Id && i.Action == HostImageAction.Created && i.At > at.AddDays(-1))
            .OrderByDescending(i => i.At).Select(i => i.Image).FirstOrDefaultAsync(ct);
        var part = ImagePart.TryParse(made ?? "", out var read) ? read : null;
        db.ImageUploads.Add(new ImageUpload
        {
            Image = part?.Image.Value ?? "",
            File = part?.FileName ?? "",
            Address = client,
            Host = host?.Name ?? "",
            StartedAt = at,
            EndedAt = at,
            State = UploadState.Failed,
            Problem = ImageProblem.WrongPassword,
        });
        await db.SaveChangesAsync(ct);
        return host?.Name ?? client.ToString();
    }

    /// <summary>True where the portal let this upload begin; false where it was away then.</summary>
    public async Task<bool> WasAdmittedAsync(ImagePart part, IPAddress client, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await FindAsync(db, part, client, ct) is { EndedAt: null, Permit.Length: > 0 };
    }

    /// <summary>A set was not taken.</summary>
    public async Task FailAsync(ImagePart part, IPAddress client, ImageVerdict verdict, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var row = await OpenAsync(db, part, client, ct);
        (row.State, row.Problem, row.Detail, row.EndedAt) = (UploadState.Failed, verdict.Problem, verdict.Detail, Now);
        await SaveAsync(db, row, ct);
    }

    /// <summary>A set is the image now.</summary>
    /// <returns>Name of the host that sent it; empty for an unknown one.</returns>
    public async Task<string> TakenAsync(ImagePart part, IPAddress client, long bytes, CancellationToken ct)
    {
        var host = "";
        await DatabaseOutage.WaitOutAsync(
            time,
            async () =>
            {
                await using var db = await databases.CreateDbContextAsync(ct);
                var row = await OpenAsync(db, part, client, ct);
                (row.State, row.Problem, row.Detail, row.EndedAt, row.Bytes) = (UploadState.Taken, ImageProblem.None, "", Now, bytes);
                await SaveAsync(db, row, ct);
                host = row.Host;
            },
            ct);
        return host;
    }

    /// <summary>An interrupted intake was ended: whoever sent the file, it is the image now.</summary>
    public Task TakenAsync(string file, CancellationToken ct) => DatabaseOutage.WaitOutAsync(
        time,
        async () =>
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            foreach (var row in await db.ImageUploads.AsTracking().Where(u => u.File == file && u.State == UploadState.Checking).ToListAsync(ct))
            {
                (row.State, row.EndedAt) = (UploadState.Taken, Now);
                await SaveAsync(db, row, ct);
            }
        },
        ct);

    private static Task<ImageUpload?> FindAsync(PortalDb db, ImagePart part, IPAddress client, CancellationToken ct) =>
        db.ImageUploads.AsTracking().Where(u => u.File == part.FileName && u.Address == client).OrderByDescending(u => u.StartedAt).FirstOrDefaultAsync(ct);

    private async Task<ImageUpload> OpenAsync(PortalDb db, ImagePart part, IPAddress client, CancellationToken ct)
    {
        if (await FindAsync(db, part, client, ct) is { EndedAt: null } row)
            return row;
        row = await MakeAsync(part, client, Now, ct);
        db.ImageUploads.Add(row);
        return row;
    }

    private async Task<ImageUpload> MakeAsync(ImagePart part, IPAddress client, DateTimeOffset at, CancellationToken ct) => new()
    {
        Image = part.Image.Value,
        File = part.FileName!,
        Address = client,
        Host = (await hosts.FindAsync(client, ct))?.Name ?? "",
        StartedAt = at,
    };

    private async Task SaveAsync(PortalDb db, ImageUpload row, CancellationToken ct)
    {
        var key = (row.File, row.Address);
        if (open.TryGetValue(key, out var known))
            row.Bytes = Math.Max(row.Bytes, known.Row.Bytes);
        await db.SaveChangesAsync(ct);
        if (row.EndedAt is null)
            open[key] = (row, known.Size, 0);
        else
            open.TryRemove(key, out _);
        Tell(row, known.Size);
    }

    private void Progress((string, IPAddress) key, long bytes)
    {
        if (!open.TryGetValue(key, out var known) || known.Row.Bytes == bytes || time.GetElapsedTime(known.ToldAt) < Between)
            return;
        known.Row.Bytes = bytes;
        open[key] = known with { ToldAt = time.GetTimestamp() };
        Tell(known.Row, known.Size);
    }

    private void Tell(ImageUpload row, long? size) => events.Publish(new PortalEvent.ImageUploaded(
        row.Id, row.Image, row.File, row.Host.Length > 0 ? row.Host : row.Address.ToString(), row.State, row.Bytes, size, row.Problem));
}
