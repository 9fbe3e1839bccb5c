using System.Threading.Channels;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Distribution;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LinboPortal.Infrastructure.Images;

/// <summary>Takes uploads in as they end, and those that ended while the portal was down; tells how those that go on get ahead.</summary>
internal sealed partial class UploadService(UploadIntake intake, ImageUploads rows, UploadFolders folders, TimeProvider time, ILogger<UploadService> logger)
    : BackgroundService
{
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(3);

    private readonly Channel<(RsyncTransfer Transfer, string Status, DateTimeOffset EndedAt)> ended =
        Channel.CreateBounded<(RsyncTransfer, string, DateTimeOffset)>(new BoundedChannelOptions(4096) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>An upload ended; never blocks.</summary>
    public void Ended(RsyncTransfer transfer, string status, DateTimeOffset endedAt) => ended.Writer.TryWrite((transfer, status, endedAt));

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        intake.Recover();
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (ended.Reader.TryRead(out var end))
                    await RecordAsync(end.Transfer, end.Status, end.EndedAt, stoppingToken);
                Measure();
                foreach (var fault in await intake.RunAsync(stoppingToken))
                    LogFault(fault);
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogFault(e);
            }

            await WaitAsync(stoppingToken);
        }
    }

    private async Task RecordAsync(RsyncTransfer transfer, string status, DateTimeOffset endedAt, CancellationToken ct)
    {
        if (!ImagePart.TryParsePath(transfer.Path, out var part))
            return;
        var problem = status switch
        {
            "0" => ImageProblem.None,
            "refused" => Enum.TryParse<ImageProblem>(transfer.After.Split(' ')[^1], out var why) ? why : ImageProblem.BadName,
            "11" => ImageProblem.NoSpace,
            _ => ImageProblem.Aborted,
        };
        await rows.EndAsync(part, transfer.Client, transfer.StartedAt, endedAt, problem, status is "0" or "refused" ? "" : $"rsync {status}", ct);
    }

    /// <summary>rsync writes to a hidden file beside the name that it gets at the end.</summary>
    private void Measure()
    {
        foreach (var row in rows.Receiving)
        {
            var directory = new DirectoryInfo(Path.Combine(folders.In, "images", row.Image));
            if (!directory.Exists)
                continue;
            var sizes = directory.EnumerateFiles($".{row.File}.*", new EnumerationOptions { AttributesToSkip = FileAttributes.None })
                .Select(f => FileFacts.Read(f.FullName)?.Size ?? 0);
            rows.Received(row, sizes.DefaultIfEmpty().Max());
        }
    }

    private async Task WaitAsync(CancellationToken ct)
    {
        try
        {
            using var patience = new CancellationTokenSource(rows.Receiving.Count > 0 ? Busy : Idle, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
            await ended.Reader.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // Time for the next look.
        }
    }

    [LoggerMessage(LogLevel.Error, "An upload could not be taken in; it is tried again")]
    partial void LogFault(Exception exception);
}
