using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>Writes rsync's configuration anew where images were put on another disk, or back, while the portal runs. rsync reads it for each connection.</summary>
internal sealed partial class RsyncLinks(RsyncSetup setup, IOptions<RsyncOptions> options, TimeProvider time, ILogger<RsyncLinks> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Looks once.</summary>
    /// <returns>True where the configuration was written.</returns>
    public bool Run()
    {
        if (setup.HasLinks() == setup.FollowsLinks)
            return false;
        setup.Write(options.Value);
        return true;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Enabled)
            return;
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                TryRun();
        }
        catch (OperationCanceledException)
        {
            // The portal ends.
        }
    }

    private void TryRun()
    {
        try
        {
            if (Run())
                LogWritten(setup.FollowsLinks);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogFailed(e);
        }
    }

    [LoggerMessage(LogLevel.Information, "Links to other disks below images: {Follows}; rsync's configuration was written anew")]
    partial void LogWritten(bool follows);

    [LoggerMessage(LogLevel.Error, "rsync's configuration could not be written; it is tried again")]
    partial void LogFailed(Exception exception);
}
