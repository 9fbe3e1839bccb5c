using LinboPortal.Core.Images;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Images.Tasks;

/// <summary>Works on what waits, so many at once; takes up what an earlier portal, or one that died, left lying.</summary>
internal sealed partial class ImageTaskService(
    ImageTasks tasks, TaskHands hands, IOptions<ImagesOptions> options, TimeProvider time, ILogger<ImageTaskService> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenCleanings = TimeSpan.FromMinutes(15);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        List<Task> running = [];
        long? cleanedAt = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                running.RemoveAll(t => t.IsCompleted);
                if (cleanedAt is not { } at || time.GetElapsedTime(at) > BetweenCleanings)
                {
                    await tasks.CleanAsync(stoppingToken);
                    cleanedAt = time.GetTimestamp();
                }

                while (running.Count < options.Value.TasksAtOnce && await tasks.ClaimAsync(stoppingToken) is { } task)
                    running.Add(RunAsync(task, stoppingToken));
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogFault(e);
            }

            await WaitAsync(stoppingToken);
        }

        await Task.WhenAll(running);
    }

    private async Task RunAsync(ImageTask task, CancellationToken stopping)
    {
        try
        {
            await hands.RunAsync(task, stopping);
        }
        catch (Exception e)
        {
            // The row says that it runs: it is taken up again when its lease has run out.
            LogFault(e);
        }
        finally
        {
            tasks.Wake();
        }
    }

    private async Task WaitAsync(CancellationToken ct)
    {
        try
        {
            using var patience = new CancellationTokenSource(Pause, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
            await tasks.Wishes.ReadAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // Time for the next look.
        }
    }

    [LoggerMessage(LogLevel.Error, "Work on images could not go on; it is tried again")]
    partial void LogFault(Exception exception);
}
