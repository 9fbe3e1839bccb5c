using LinboPortal.Core.Events;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using LinboPortal.Infrastructure.Events;
using LinboPortal.Infrastructure.Processes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;

namespace LinboPortal.Infrastructure.Tests.Events;

/// <summary>Two portals' ends of a real Redis.</summary>
public sealed class RedisEventsTests : IAsyncDisposable
{
    private readonly int port = FreePort.Take();
    private readonly TemporaryFolder folder = new();
    private readonly List<Portal> portals = [];
    private SupervisedProcess? redis;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var portal in portals)
        {
            await portal.Redis.StopAsync(CancellationToken.None);
            portal.Redis.Dispose();
        }

        if (redis is not null)
            await redis.StopAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task What_happens_on_one_portal_is_seen_on_the_other_once_and_Redis_may_die_meanwhile()
    {
        StartRedis();
        var (here, there) = (await StartAsync(), await StartAsync());
        using var heard = there.Events.Subscribe();
        using var counted = there.Events.Subscribe(ownOnly: true);
        using var own = here.Events.Subscribe();
        await Wait.UntilAsync("both are connected", () => here.Redis.IsConnected && there.Redis.IsConnected);
        PortalEvent[] told =
        [
            new PortalEvent.HostStateChanged(Guid.CreateVersion7(), "pc1", Guid.CreateVersion7(), HostState.Linbo, DateTimeOffset.UnixEpoch),
            new PortalEvent.JobProgress(Guid.CreateVersion7(), 7, new JobCounts(1, 2, 3, 4, 5, 6), 12.5, [Guid.CreateVersion7()]),
            new PortalEvent.NewPcSeen(MacAddress.TryParse("52:54:00:12:34:56", out var mac) ? mac : default),
        ];

        foreach (var portalEvent in told)
            here.Events.Publish(portalEvent);
        await Wait.UntilAsync("the other one has heard", () => there.Redis.Received == told.Length);

        foreach (var portalEvent in told)
            Assert.Equivalent(portalEvent, await heard.Reader.ReadAsync(Ct));
        Assert.False(counted.Reader.TryRead(out _)); // or two portals would count it twice
        Assert.Equal(told.Length, own.Reader.Count);

        await redis!.StopAsync();
        await Wait.UntilAsync("the end of Redis is noticed", () => !here.Redis.IsConnected);
        Assert.Equal(HealthStatus.Degraded, (await new RedisHealth(here.Redis).CheckHealthAsync(new HealthCheckContext(), Ct)).Status);
        here.Events.Publish(told[2]); // nobody is held up
        Assert.Equal(told.Length + 1, own.Reader.Count);

        StartRedis();
        await Wait.UntilAsync("both are connected", () => here.Redis.IsConnected && there.Redis.IsConnected);
        here.Events.Publish(told[0]);
        await Wait.UntilAsync("the other one hears again", () => there.Redis.Received > told.Length);
        Assert.Equal(HealthStatus.Healthy, (await new RedisHealth(here.Redis).CheckHealthAsync(new HealthCheckContext(), Ct)).Status);
    }

    [Fact]
    public async Task One_portal_needs_no_Redis()
    {
        var portal = new Portal("");
        await portal.Redis.StartAsync(Ct);

        Assert.False(portal.Redis.IsConfigured);
        Assert.Equal(HealthStatus.Healthy, (await new RedisHealth(portal.Redis).CheckHealthAsync(new HealthCheckContext(), Ct)).Status);
        await portal.Redis.StopAsync(Ct);
    }

    [Fact]
    public void All_events_can_be_told_to_other_portals()
    {
        var portalEvent = new PortalEvent.HostProgressed(
            Guid.CreateVersion7(), Guid.CreateVersion7(), null, "pc", Guid.CreateVersion7(), RunState.Running, 1, 2, "sync:1", 3.5, 4, TimeSpan.FromSeconds(5), "ä \n", null);

        Assert.Equal(portalEvent, EventText.Read("b", EventText.Write("a", portalEvent)));
        Assert.Null(EventText.Read("a", EventText.Write("a", portalEvent)));
        Assert.Null(EventText.Read("b", "a HostProgressed nonsense"));
        Assert.Null(EventText.Read("b", "a String \"x\""));
        Assert.Null(EventText.Read("b", ""));
    }

    private async Task<Portal> StartAsync()
    {
        var portal = new Portal($"127.0.0.1:{port}");
        portals.Add(portal);
        await portal.Redis.StartAsync(Ct);
        return portal;
    }

    private void StartRedis()
    {
        redis = new SupervisedProcess(
            new ProcessPlan("redis", "redis-server", ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder.At("")]),
            TimeProvider.System, NullLogger.Instance);
        redis.Start();
    }

    private sealed class Portal(string address)
    {
        public PortalEvents Events { get; } = new();

        public RedisEvents Redis => field ??= new RedisEvents(
            new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:Redis"] = address }).Build(),
            Events, TimeProvider.System, NullLogger<RedisEvents>.Instance);
    }
}
