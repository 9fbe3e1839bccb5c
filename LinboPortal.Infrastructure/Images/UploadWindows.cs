using System.Globalization;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Images;

/// <summary>
/// The times in which images may be uploaded at PCs. rsync's hook reads from a file until when, so that an upload that begins while the portal is away
/// is judged, too; the portal looks again when it takes it in.
/// </summary>
public sealed partial class UploadWindows(
    IDbContextFactory<PortalDb> databases, IOptions<ImagesOptions> options, TimeProvider time, ILogger<UploadWindows> log) : BackgroundService
{
    /// <summary>A day.</summary>
    public const int MostMinutes = 24 * 60;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private string written = "";
    private bool isUnwritten;

    /// <summary>Minutes where nobody says otherwise.</summary>
    public int DefaultMinutes => options.Value.Uploads.WindowMinutes;

    /// <summary>True where registered PCs may upload at any time.</summary>
    public bool IsAlways => options.Value.Uploads.AtPcs == UploadsAtPcs.Always;

    /// <summary>The file that the hook reads; null where there is no hook.</summary>
    internal string? File { get; set; }

    /// <summary>The time that is open now; null where there is none.</summary>
    public async Task<UploadWindow?> ReadAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.UploadWindows.Where(w => w.Until > now).OrderByDescending(w => w.Until).FirstOrDefaultAsync(ct);
    }

    /// <summary>Opens a time, in place of one that is open.</summary>
    /// <returns>False where the person may not, or so many minutes are none.</returns>
    public async Task<bool> OpenAsync(Person person, int? minutes, CancellationToken ct)
    {
        var length = minutes ?? DefaultMinutes;
        if (!person.May(Permission.ImagesEdit) || length is < 1 or > MostMinutes)
            return false;
        var now = time.GetUtcNow();
        await ChangeAsync(
            db =>
            {
                db.UploadWindows.Add(new UploadWindow { OpenedAt = now, OpenedBy = person.UserName, Until = now.AddMinutes(length) });
                db.Audit(person, now, AuditActions.ImagesWindowOpen, length.ToString(CultureInfo.InvariantCulture));
            },
            now, ct);
        return true;
    }

    /// <summary>Closes what is open.</summary>
    /// <returns>False where the person may not.</returns>
    public async Task<bool> CloseAsync(Person person, CancellationToken ct)
    {
        if (!person.May(Permission.ImagesEdit))
            return false;
        var now = time.GetUtcNow();
        await ChangeAsync(db => db.Audit(person, now, AuditActions.ImagesWindowClose, ""), now, ct);
        return true;
    }

    /// <summary>Writes the hook's file where it is not as it should be.</summary>
    internal async Task WriteAsync(CancellationToken ct)
    {
        if (File is null)
            return;
        var until = IsAlways ? DateTimeOffset.MaxValue : (await ReadAsync(ct))?.Until ?? DateTimeOffset.UnixEpoch;
        var text = until.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) + "\n";
        if (text == written && System.IO.File.Exists(File))
            return;
        AtomicFile.Write(File, text, AtomicFile.Private);
        written = text;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                try
                {
                    await WriteAsync(stoppingToken);
                    isUnwritten = false;
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // The database or the disk is away: both are shown as such, and this is said once. The hook goes by the former time, which ends by itself.
                    if (!isUnwritten)
                        LogUnwritten(e.Message);
                    isUnwritten = true;
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The portal ends.
        }
    }

    private async Task ChangeAsync(Action<PortalDb> change, DateTimeOffset now, CancellationToken ct)
    {
        await using (var db = await databases.CreateDbContextAsync(ct))
        {
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            await db.UploadWindows.Where(w => w.Until > now).ExecuteUpdateAsync(set => set.SetProperty(w => w.Until, now), ct);
            change(db);
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }

        try
        {
            await WriteAsync(ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is written again soon; until then the portal judges what the hook lets in.
        }
    }

    [LoggerMessage(LogLevel.Warning, "The time for uploads at PCs cannot be written for rsync's hook, which goes by the former one until then: {Reason}")]
    private partial void LogUnwritten(string reason);
}
