using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Images;

/// <summary>Looks at start, and again at intervals, for image files without a .hash, and gives them one.</summary>
internal sealed partial class TorrentService(
    MissingTorrents torrents, ImageScanService scan, IOptions<ImagesOptions> options, TimeProvider time, ILogger<TorrentService> logger) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var lastProblem = "";
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.ScanSeconds), time);
        try
        {
            do
            {
                lastProblem = await RunAsync(lastProblem, stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The portal ends.
        }
    }

    private async Task<string> RunAsync(string lastProblem, CancellationToken ct)
    {
        try
        {
            var hasWritten = false;
            var faults = await torrents.RunAsync(
                path =>
                {
                    hasWritten = true;
                    LogWritten(path);
                },
                ct);
            if (hasWritten)
                scan.Wish();
            return Tell(faults is [var first, ..] ? first : null, lastProblem);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return Tell(e, lastProblem);
        }
    }

    /// <summary>Once: a full disk stays full for long.</summary>
    private string Tell(Exception? problem, string lastProblem)
    {
        if (problem is not null && problem.Message != lastProblem)
            LogFailed(problem);
        return problem?.Message ?? "";
    }

    [LoggerMessage(LogLevel.Information, "Wrote the .hash of {Path}")]
    partial void LogWritten(string path);

    [LoggerMessage(LogLevel.Error, "Images without a .hash could not be given one; it is tried again. PCs of LINBO 7.4 with a .torrent in their cache fail to sync until then")]
    partial void LogFailed(Exception exception);
}
