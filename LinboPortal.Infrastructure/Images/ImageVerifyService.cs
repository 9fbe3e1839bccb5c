using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Images;

/// <summary>Compares images with their checksums in the background: one file at a time, slowly, the one that waited longest first.</summary>
internal sealed partial class ImageVerifyService(
    ImageVerify verify, ImageUploads uploads, IOptions<ImagesOptions> options, TimeProvider time, ILogger<ImageVerifyService> logger) : BackgroundService
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.VerifyDays == 0)
            return;
        using var timer = new PeriodicTimer(Quiet, time);
        while (await NextAsync(timer, stoppingToken))
        {
            try
            {
                // Bytes that come in have the disk first.
                while (uploads.Receiving.Count == 0 && await verify.RunNextAsync(time.GetUtcNow().AddDays(-options.Value.VerifyDays), stoppingToken))
                {
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(e);
            }
        }
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken ct)
    {
        try
        {
            return await timer.WaitForNextTickAsync(ct);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "An image could not be compared with its checksum")]
    partial void LogFailed(Exception exception);
}
