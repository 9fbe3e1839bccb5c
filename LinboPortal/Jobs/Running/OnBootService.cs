using LinboPortal.Api;
using Microsoft.Extensions.Options;

namespace LinboPortal.Jobs.Running;

/// <summary>Looks every few seconds at PCs whose commands wait for a boot.</summary>
internal sealed partial class OnBootService(OnBootRuns runs, IOptions<JobsOptions> options, TimeProvider time, ILogger<OnBootService> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Run)
            return;
        using var timer = new PeriodicTimer(Interval, time);
        var hasFailed = false;
        do
        {
            try
            {
                await runs.LookAsync(stoppingToken);
                hasFailed = false;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The next look may do better; said once.
                if (!hasFailed && DatabaseGone.Explains(e))
                    LogAway(e.GetBaseException().Message);
                else if (!hasFailed)
                    LogFailed(e);
                hasFailed = true;
            }
        }
        while (await NextAsync(timer, stoppingToken));
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stop)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Commands that wait for a boot cannot be looked after: {Reason}")]
    private partial void LogAway(string reason);

    [LoggerMessage(LogLevel.Error, "A look at commands that wait for a boot failed")]
    private partial void LogFailed(Exception exception);
}
