using System.Buffers;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Images.Tasks;

/// <summary>What a browser or program says before it sends a file.</summary>
/// <param name="File">Its name; the ending tells the format.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Image">The image that it becomes; null for the one that the file is called after.</param>
/// <param name="Info">Content of its .info; null where there is none.</param>
/// <param name="Sha256">Its SHA-256 in hexadecimal; null where it is not known, or is said at the end.</param>
public sealed record NewWebUpload(string File, long Length, string? Image = null, string? Info = null, string? Sha256 = null);

/// <summary>How a piece of an upload ended.</summary>
public enum PieceOutcome
{
    /// <summary>It is kept.</summary>
    Kept,

    /// <summary>There is no such upload, or it is over.</summary>
    Gone,

    /// <summary>It does not begin where the file ends.</summary>
    WrongOffset,

    /// <summary>Another piece is being sent.</summary>
    Locked,

    /// <summary>More bytes than were announced.</summary>
    TooMuch,

    /// <summary>The disk is full; what came is kept.</summary>
    NoSpace,
}

/// <summary>
/// Uploads from browsers and programs, in pieces that may be cut anywhere. The file's length on the disk is how far it is, so that nothing is lost
/// with the portal or the line; bytes go to the disk through one buffer, however large the file.
/// </summary>
public sealed class WebUploads
{
    /// <summary>Name of the file that bytes are received in.</summary>
    internal const string ReceivedName = "received";

    private const int BufferSize = 1 << 20;
    private static readonly TimeSpan BetweenRows = TimeSpan.FromSeconds(1);

    private readonly IDbContextFactory<PortalDb> databases;
    private readonly ImageTasks tasks;
    private readonly UploadFolders folders;
    private readonly ImageSpace space;
    private readonly IOptions<ImagesOptions> options;

    internal WebUploads(IDbContextFactory<PortalDb> databases, ImageTasks tasks, UploadFolders folders, ImageSpace space, IOptions<ImagesOptions> options) =>
        (this.databases, this.tasks, this.folders, this.space, this.options) = (databases, tasks, folders, space, options);

    private DateTimeOffset Expiry => tasks.Now.AddHours(options.Value.UploadHours);

    /// <summary>Begins an upload.</summary>
    /// <returns>Its row, or why it is refused.</returns>
    public async Task<(ImageTask? Task, TaskRefusal? Refusal)> BeginAsync(Person person, NewWebUpload upload, CancellationToken ct)
    {
        if (UploadWish.Check(upload, name => Directory.Exists(Path.Combine(folders.Path, "..", name)), out var image, out var source) is { } refusal)
            return (null, refusal);
        await using (var db = await databases.CreateDbContextAsync(ct))
        {
            var needed = source!.IsConverted ? 2 * upload.Length : upload.Length;
            var free = await space.UsableBesideUploadsAsync(db, ct);
            if (free < needed)
                return (null, new TaskRefusal("length", FormattableString.Invariant($"{upload.Length}"), RefusalReason.NoSpace) { Needed = needed, Free = Math.Max(0, free) });
        }

        var task = new ImageTask
        {
            Kind = ImageTaskKind.Upload,
            Image = image.Value,
            File = Path.GetFileName(upload.File.Replace('\\', '/')),
            Length = upload.Length,
            Size = upload.Length,
            By = person.UserName,
            CreatedAt = tasks.Now,
            ExpiresAt = Expiry,
            Info = upload.Info ?? "",
            Sha256 = upload.Sha256?.ToLowerInvariant(),
        };
        var directory = folders.TaskOf(task.Id);
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using (File.Open(Path.Combine(directory, ReceivedName), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = AtomicFile.Private }))
        {
            // It is there and empty.
        }

        await tasks.AddAsync(person, task, ct);
        return (task, null);
    }

    /// <summary>An upload with the bytes that are there, also once it is whole; null where there is none.</summary>
    public async Task<ImageTask?> FindAsync(Guid id, CancellationToken ct)
    {
        if (await tasks.FindAsync(id, ct) is not { Kind: ImageTaskKind.Upload } task || task.State is ImageTaskState.Failed or ImageTaskState.Cancelled)
            return null;
        if (task.State != ImageTaskState.Receiving)
            task.Bytes = task.Length;
        else if (FileFacts.Read(PathOf(id), followLinks: false) is { IsRegular: true } facts)
            task.Bytes = facts.Size;
        else
            return null;
        return task;
    }

    /// <summary>Takes a piece.</summary>
    /// <param name="id">The upload.</param>
    /// <param name="offset">Where the piece begins.</param>
    /// <param name="body">Its bytes.</param>
    /// <param name="sha256">What the whole file's sum is to be; null where it is not said here.</param>
    /// <param name="ct">The line was cut; what came is kept.</param>
    /// <returns>How it ended, and how many bytes are there now.</returns>
    public async Task<(PieceOutcome Outcome, long Offset)> AppendAsync(Guid id, long offset, Stream body, string? sha256, CancellationToken ct)
    {
        if (await FindAsync(id, ct) is not { State: ImageTaskState.Receiving } task)
            return (PieceOutcome.Gone, 0);
        FileStream file;
        try
        {
            file = new FileStream(PathOf(id), FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
        }
        catch (FileNotFoundException)
        {
            return (PieceOutcome.Gone, 0);
        }
        catch (IOException e) when (FileLock.IsTaken(e))
        {
            return (PieceOutcome.Locked, task.Bytes);
        }

        await using (file)
        {
            // Another piece may have come and gone since the look.
            task.Bytes = file.Length;
            if (offset != task.Bytes)
                return (PieceOutcome.WrongOffset, task.Bytes);
            file.Position = offset;
            task.Sha256 = sha256 ?? task.Sha256;
            var outcome = PieceOutcome.Kept;
            try
            {
                outcome = await CopyAsync(task, body, file, ct);
            }
            finally
            {
                await KeepAsync(task, file);
            }

            return (outcome, task.Bytes);
        }
    }

    private async Task<PieceOutcome> CopyAsync(ImageTask task, Stream body, FileStream file, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var (saved, speed) = (tasks.Now, tasks.NewSpeed());
            speed.Report(task.Bytes);
            for (int read; (read = await body.ReadAsync(buffer.AsMemory(0, BufferSize), ct)) > 0;)
            {
                if (task.Bytes + read > task.Length)
                    return PieceOutcome.TooMuch;
                await file.WriteAsync(buffer.AsMemory(0, read), CancellationToken.None); // what came is kept, also where the line ends here
                task.Bytes += read;
                speed.Report(task.Bytes);
                if (tasks.Now - saved < BetweenRows)
                    continue;
                saved = tasks.Now;
                task.ExpiresAt = Expiry;
                await tasks.SaveReceivedAsync(task, speed, ct);
                if (await FindAsync(task.Id, ct) is not { State: ImageTaskState.Receiving })
                    return PieceOutcome.Gone;
            }

            return PieceOutcome.Kept;
        }
        catch (IOException e) when (ImageSpace.IsFull(e))
        {
            return PieceOutcome.NoSpace;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Brings what came onto the disk and says how far it is; the last byte makes it work for the portal.</summary>
    private async Task KeepAsync(ImageTask task, FileStream file)
    {
        AtomicFile.SyncFile(file.SafeFileHandle);
        task.Bytes = file.Length;
        task.ExpiresAt = Expiry;
        if (task.Bytes == task.Length)
            task.State = ImageTaskState.Waiting;
        await tasks.SaveReceivedAsync(task, null, CancellationToken.None); // the line is cut, the bytes are there
    }

    private string PathOf(Guid id) => Path.Combine(folders.TaskOf(id), ReceivedName);
}
