using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Processes;
using Microsoft.Extensions.Logging;

namespace LinboPortal.Infrastructure.Images.Tasks;

/// <summary>Works on one task from its claim to its end, whatever comes: cancel, the portal's end, a full disk.</summary>
internal sealed partial class TaskHands(
    ImageTasks tasks, ImageSpace space, IEnumerable<IImageWork> works, TimeProvider time, ILogger<TaskHands> logger)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    private readonly Dictionary<ImageTaskKind, IImageWork> works = works.ToDictionary(w => w.Kind);

    private UploadFolders Folders => tasks.Folders;

    public async Task RunAsync(ImageTask task, CancellationToken stopping)
    {
        // The kernel's lock: with it no second portal works in the directory, even where the lease ran out while the database was away.
        var lockFile = Path.Combine(Folders.Turns, $"task,{task.Id:N}");
        FileStream? locked;
        try
        {
            locked = FileLock.TryTake(lockFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogFailed(e, task.Kind, task.Image);
            await tasks.EndAsync(task, ImageTaskState.Failed, VerdictOf(e, 0, Folders.TaskOf(task.Id)), CancellationToken.None); // nobody has it: their lock would be a file that is there
            return;
        }

        using var turn = locked;
        if (turn is null)
            return;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        tasks.Register(task.Id, stop);
        using var over = new CancellationTokenSource();
        var beating = BeatAsync(task, stop, over.Token);
        try
        {
            if (await WorkAsync(task, stop.Token, stopping) is { } end)
            {
                await tasks.EndAsync(task, end.State, end.Verdict, CancellationToken.None); // what was done is said, also at the portal's end
                tasks.Remove(task.Id);
                File.Delete(lockFile);
            }
            else
            {
                await tasks.ReleaseAsync(task, CancellationToken.None); // so that the next portal need not wait
            }
        }
        finally
        {
            tasks.Unregister(task.Id);
            await over.CancelAsync();
            await beating;
        }
    }

    private async Task<(ImageTaskState State, ImageVerdict Verdict)?> WorkAsync(ImageTask task, CancellationToken ct, CancellationToken stopping)
    {
        var run = new TaskRun(task, Folders.TaskOf(task.Id), tasks, time);
        try
        {
            Directory.CreateDirectory(run.Directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var verdict = await works[task.Kind].RunAsync(run, ct);
            return (verdict.State == ImageState.Good ? ImageTaskState.Done : ImageTaskState.Failed, verdict);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return null;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested && !IsBegun(run))
        {
            return (ImageTaskState.Cancelled, ImageVerdict.Good);
        }
        catch (Exception e) when (!IsBegun(run))
        {
            LogFailed(e, task.Kind, task.Image);
            return (ImageTaskState.Failed, VerdictOf(e, run.Needed, run.Directory));
        }
    }

    private ImageVerdict VerdictOf(Exception fault, long needed, string directory) => ImageSpace.IsFull(fault) ? space.Full(needed, directory)
        : new ImageVerdict(
            ImageState.Broken, ImageProblem.ServerFault, fault is IOException or UnauthorizedAccessException or ProgramFailedException
                ? QemuImg.Plain(fault.Message, Path.Combine(directory, "set")) : fault.GetType().Name);

    /// <summary>True too while the journal of a swap needs the files that the work has made.</summary>
    private bool IsBegun(TaskRun run) => run.IsBegun || SwapPlan.Left(Folders).Any(p => p.Source.StartsWith(run.Directory + "/", StringComparison.Ordinal));

    private async Task BeatAsync(ImageTask task, CancellationTokenSource stop, CancellationToken over)
    {
        using var timer = new PeriodicTimer(Beat, time);
        while (true)
        {
            try
            {
                if (!await timer.WaitForNextTickAsync(over))
                    return;
                if (!await tasks.BeatAsync(task, over))
                    await stop.CancelAsync();
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e)
            {
                // The database is away: the lock on the file keeps others out.
                LogNoBeat(e, task.Image);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "{Kind} of image {Image} failed")]
    partial void LogFailed(Exception exception, ImageTaskKind kind, string image);

    [LoggerMessage(LogLevel.Warning, "Nobody could be told that work on image {Image} goes on")]
    partial void LogNoBeat(Exception exception, string image);
}
