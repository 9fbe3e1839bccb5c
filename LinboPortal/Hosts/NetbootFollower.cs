using LinboPortal.Core.Events;
using Npgsql;

namespace LinboPortal.Hosts;

/// <summary>Lets the orders for one boot from the network follow PCs that get another name or are deleted.</summary>
internal sealed partial class NetbootFollower(NetbootOrders orders, PortalEvents events, TimeProvider time, ILogger<NetbootFollower> logger) : BackgroundService
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = events.Subscribe();
        try
        {
            await FollowAsync(stoppingToken);
            await foreach (var change in subscription.Reader.ReadAllAsync(stoppingToken))
            {
                if (change is PortalEvent.HostUpdated or PortalEvent.HostDeleted or PortalEvent.HostsImported)
                    await FollowAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The portal ends.
        }
    }

    private async Task FollowAsync(CancellationToken stop)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                await orders.FollowAsync(stop);
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or NpgsqlException or TimeoutException or InvalidOperationException)
            {
                if (isFirst)
                    LogFailed(e.GetBaseException().Message);
                await Task.Delay(RetryPause, time, stop);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The orders for a boot from the network do not follow their PCs yet, trying again: {Reason}")]
    private partial void LogFailed(string reason);
}
