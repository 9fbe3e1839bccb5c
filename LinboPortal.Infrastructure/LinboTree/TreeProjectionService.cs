using System.Threading.Channels;
using LinboPortal.Core.Events;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>Projects at start, after changes of hosts and groups (many at once as one), when the tree changes, and at intervals.</summary>
public sealed partial class TreeProjectionService(
    TreeProjection projection, TreeWatcher watcher, PortalEvents events, TimeProvider time, ILogger<TreeProjectionService> log) : BackgroundService
{
    /// <summary>Changes come in bursts: the first one waits so long for the others.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <summary>What no event tells (another portal's changes, a file written by hand without a notice) is found after so long.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>After a failure it is tried again so soon.</summary>
    public static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(10);

    /// <summary>Kernel or initramfs is being copied: so soon it is looked at again.</summary>
    public static readonly TimeSpan ArrivalPause = TimeSpan.FromSeconds(2);

    private bool isFailing;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Holds "look at every file": one wish is as good as many.
        var wishes = Channel.CreateBounded<bool>(new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropWrite });
        using var subscription = events.Subscribe();
        var following = FollowAsync(subscription.Reader, wishes.Writer, stoppingToken);
        var isFull = true;
        while (!stoppingToken.IsCancellationRequested)
        {
            var succeeded = await RunAsync(isFull, stoppingToken);
            watcher.Watch(() => wishes.Writer.TryWrite(true));
            isFull = await NextAsync(wishes.Reader, succeeded, stoppingToken);
        }

        await following;
    }

    private async Task<bool> RunAsync(bool isFull, CancellationToken ct)
    {
        try
        {
            var state = await projection.RunAsync(isFull, ct);
            isFailing = false;
            return state.Problems is [];
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return true;
        }
        catch (Exception e)
        {
            if (!isFailing)
                LogFailed(e.GetBaseException().Message);
            isFailing = true;
            return false;
        }
    }

    /// <summary>Waits for the next wish or for the time to be up, which looks at every file unless only a file that is being copied is waited for.</summary>
    private async Task<bool> NextAsync(ChannelReader<bool> wishes, bool succeeded, CancellationToken ct)
    {
        var isArriving = projection.State.BootFiles.Any(f => f.Condition == BootFileCondition.Arriving);
        var longest = isArriving ? ArrivalPause : succeeded ? Interval : RetryPause;
        try
        {
            using var patience = new CancellationTokenSource(longest, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
            if (!await WaitAsync(wishes, either.Token))
                return !isArriving;
            await Task.Delay(Pause, time, ct);
        }
        catch (OperationCanceledException)
        {
            return true; // the portal ends
        }

        var isFull = false;
        while (wishes.TryRead(out var full))
            isFull |= full;
        return isFull;
    }

    private static async Task<bool> WaitAsync(ChannelReader<bool> wishes, CancellationToken ct)
    {
        try
        {
            return await wishes.WaitToReadAsync(ct);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task FollowAsync(ChannelReader<PortalEvent> events, ChannelWriter<bool> wishes, CancellationToken ct)
    {
        try
        {
            await foreach (var change in events.ReadAllAsync(ct))
            {
                if (change is PortalEvent.HostCreated or PortalEvent.HostUpdated or PortalEvent.HostDeleted or PortalEvent.HostsImported
                    or PortalEvent.GroupUpdated)
                    wishes.TryWrite(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The portal ends.
        }
    }

    [LoggerMessage(LogLevel.Error, "The LINBO tree could not be written, trying again soon: {Reason}")]
    private partial void LogFailed(string reason);
}
