using LinboPortal.Core.Events;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace LinboPortal.Infrastructure.Events;

/// <summary>
/// Tells other portals what happens here, and this one what happens there, so that each shows the same. What Redis misses while it is away is
/// lost to the others' open pages only: the truth is in the database.
/// </summary>
public sealed partial class RedisEvents : BackgroundService
{
    private const int Backlog = 8192;

    private static readonly RedisChannel Channel = RedisChannel.Literal("linboportal:events");
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly string origin = Guid.CreateVersion7().ToString("N");
    private readonly PortalEvents events;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly ConfigurationOptions? options;
    private readonly PortalEvents.Subscription? subscription;
    private IConnectionMultiplexer? redis;
    private bool isAway;
    private long sent;
    private long received;

    /// <summary>Reads <c>ConnectionStrings:Redis</c>.</summary>
    public RedisEvents(IConfiguration configuration, PortalEvents events, TimeProvider time, ILogger<RedisEvents> logger)
    {
        (this.events, this.time, this.logger) = (events, time, logger);
        if (configuration.GetConnectionString("Redis") is not { Length: > 0 } text)
            return;
        options = Parse(text);
        subscription = events.Subscribe(Backlog, ownOnly: true);
    }

    /// <summary>False where there is one portal only.</summary>
    public bool IsConfigured => options is not null;

    /// <summary>True while events go to and fro.</summary>
    public bool IsConnected => redis is { IsConnected: true } connection && connection.GetSubscriber().IsConnected(Channel);

    /// <summary>Events given to other portals.</summary>
    public long Sent => Interlocked.Read(ref sent);

    /// <summary>Events of other portals.</summary>
    public long Received => Interlocked.Read(ref received);

    /// <inheritdoc/>
    public override void Dispose()
    {
        subscription?.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options is null)
            return;
        await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
        redis = connection;
        var subscriber = connection.GetSubscriber();
        await ListenAsync(subscriber, stoppingToken);
        await foreach (var next in subscription!.Reader.ReadAllAsync(stoppingToken))
            await SendAsync(subscriber, next);
    }

    // Once it has succeeded the library subscribes again by itself after each break.
    private async Task ListenAsync(ISubscriber subscriber, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                // A queue, not a handler: handlers run side by side, and an older state would overtake a newer one.
                (await subscriber.SubscribeAsync(Channel)).OnMessage(message => Take(message.Message));
                Note(away: false);
                return;
            }
            catch (RedisException e)
            {
                Note(away: true, e.Message);
            }

            await Task.Delay(Pause, time, stop);
        }
    }

    private void Take(RedisValue message)
    {
        if (EventText.Read(origin, message.ToString()) is not { } told)
            return;
        Interlocked.Increment(ref received);
        events.Relay(told);
    }

    private async Task SendAsync(ISubscriber subscriber, PortalEvent next)
    {
        try
        {
            await subscriber.PublishAsync(Channel, EventText.Write(origin, next));
            Interlocked.Increment(ref sent);
            Note(away: false);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            Note(away: true, e.Message);
        }
    }

    private void Note(bool away, string reason = "")
    {
        if (away == isAway)
            return;
        isAway = away;
        if (away)
            LogAway(reason);
        else
            LogBack();
    }

    private static ConfigurationOptions Parse(string text)
    {
        try
        {
            var options = ConfigurationOptions.Parse(text);
            options.AbortOnConnectFail = false;
            options.ClientName = "linboportal";
            options.BacklogPolicy = BacklogPolicy.FailFast; // what is old is of no use to a page
            options.ConnectTimeout = 2000;
            options.AsyncTimeout = 2000;
            return options;
        }
        catch (ArgumentException e)
        {
            // Never the text: a password stands in it.
            throw new InvalidOperationException($"ConnectionStrings:Redis is no address of Redis, for instance cache:6379. {e.ParamName}", e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Redis does not answer, so that other portals do not hear of what happens here: {Reason}")]
    partial void LogAway(string reason);

    [LoggerMessage(LogLevel.Information, "Redis answers again")]
    partial void LogBack();
}
