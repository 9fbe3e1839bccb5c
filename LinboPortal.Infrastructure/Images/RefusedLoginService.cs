using System.Net;
using System.Threading.Channels;
using LinboPortal.Infrastructure.Distribution;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LinboPortal.Infrastructure.Images;

/// <summary>Writes down which PCs could not sign in to upload: LINBO tells the person there that all went well.</summary>
internal sealed partial class RefusedLoginService(RsyncLog log, ImageUploads uploads, ILogger<RefusedLoginService> logger) : BackgroundService
{
    private readonly Channel<(IPAddress Client, DateTimeOffset At)> refused =
        Channel.CreateBounded<(IPAddress, DateTimeOffset)>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        log.LoginRefused = (client, at) => refused.Writer.TryWrite((client, at));
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var (client, at) in refused.Reader.ReadAllAsync(stoppingToken))
                await WriteAsync(client, at, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The portal ends.
        }
    }

    private async Task WriteAsync(IPAddress client, DateTimeOffset at, CancellationToken ct)
    {
        try
        {
            if (await uploads.RefuseLoginAsync(client, at, ct) is { } name)
                LogRefused(name);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogNotWritten(e, client);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Pc} gave a wrong password for an upload, and nothing of it came, though LINBO says so: its initramfs (linbofs64) was probably made with another "
        + "LINBO password. Set Linbo:Password to that one, or make linbofs64 anew and start the PC again")]
    partial void LogRefused(string pc);

    [LoggerMessage(LogLevel.Error, "It could not be written down that {Client} gave a wrong password for an upload")]
    partial void LogNotWritten(Exception exception, IPAddress client);
}
