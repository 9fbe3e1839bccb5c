using LinboPortal.Core.Images;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Images;

/// <summary>Reads the tree at start, and again at intervals, for what others change in it.</summary>
internal sealed partial class ImageScanService(
    ImageScan scan, ImageLook look, HostImageStatus status, IOptions<ImagesOptions> options, ILogger<ImageScanService> logger) : BackgroundService
{
    private readonly SemaphoreSlim wish = new(0);

    /// <summary>Looks soon.</summary>
    public void Wish() => wish.Release();

    /// <inheritdoc/>
    public override void Dispose()
    {
        wish.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await scan.RunAsync(stoppingToken);
                await status.RunAsync(stoppingToken);
                foreach (var name in await look.RunAsync(stoppingToken))
                {
                    if (ImageName.TryParse(name, out var image))
                        await scan.RunAsync(image, null, null, stoppingToken);
                }

                await wish.WaitAsync(TimeSpan.FromSeconds(options.Value.ScanSeconds), stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogFailed(e);
                await wish.WaitAsync(TimeSpan.FromSeconds(options.Value.ScanSeconds), stoppingToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "The images in the tree could not be read; it is tried again")]
    partial void LogFailed(Exception exception);
}
