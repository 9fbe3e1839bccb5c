using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Events;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Remote;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace LinboPortal.Infrastructure.Tests.Remote;

public sealed class HostProbeTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly ConcurrentQueue<BootObservation> reported = [];
    private readonly PortalEvents events = new();
    private readonly ProbePauses pauses = new();

    // Nobody can have it, so nobody answers.
    private static readonly IPAddress Unreachable = IPAddress.Parse("127.255.255.255");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private HostProbe Probe(PortProbe ports) => new(
        new ProbeStore(database.Databases, events, TimeProvider.System), new ProbeLease(database.Source),
        new ProbePlan(ports, 384, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(100), reported.Enqueue),
        pauses, TimeProvider.System, NullLogger<HostProbe>.Instance);

    // What refuses does so at once: only a silent port costs the timeout.
    private static PortProbe Ports(int port, TimeSpan? timeout = null) =>
        new(port, timeout ?? Wait.Limit) { Ssh = port + 1, Rpc = port + 2, Smb = port + 3, Rdp = port + 4 };

    private static TcpListener Listen(string address, int port)
    {
        var listener = new TcpListener(IPAddress.Parse(address), port);
        listener.Start();
        return listener;
    }

    private async Task<Guid> AddAsync(string name, string? address, HostState? state = null, string? seen = null)
    {
        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        var room = new Room { School = Host.DefaultSchool, Name = "r-" + name };
        var host = new Host { School = Host.DefaultSchool, Name = name, RoomId = room.Id, Address = address is null ? null : IPAddress.Parse(address) };
        db.AddRange(room, host);
        if (state is { } s)
            db.Add(new HostStatus { HostId = host.Id, State = s, Since = TimeProvider.System.GetUtcNow().AddMinutes(-1), SeenAt = TimeProvider.System.GetUtcNow(), Address = seen is null ? null : IPAddress.Parse(seen) });
        await db.SaveChangesAsync(Ct);
        return host.Id;
    }

    private async Task<HostState> StateOf(Guid host)
    {
        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        return await db.HostStatuses.Where(s => s.HostId == host).Select(s => s.State).SingleAsync(Ct);
    }

    [Fact]
    public async Task Real_ports_tell_LINBO_Linux_Windows_and_nothing_apart()
    {
        var port = FreePort.Take(5);
        using var subscription = events.Subscribe();
        using var linbo = Listen("127.20.0.1", port);
        using var linux = Listen("127.20.0.2", port + 1);
        using var windows = Listen("127.20.0.3", port + 2);
        using var moved = Listen("127.20.0.5", port);
        var pc1 = await AddAsync("probe1", "127.20.0.1", HostState.Booting, "127.20.0.1");
        var pc2 = await AddAsync("probe2", "127.20.0.2");
        var pc3 = await AddAsync("probe3", "127.20.0.3", HostState.Off);
        var pc4 = await AddAsync("probe4", "127.20.0.4", HostState.Booting);
        var pc5 = await AddAsync("probe5", null, HostState.Unknown, "127.20.0.5");
        var nowhere = await AddAsync("probe6", "127.255.255.255");

        await Probe(Ports(port)).LookAsync(booting: false, Ct);

        Assert.Equal(
            [HostState.Linbo, HostState.Linux, HostState.Windows, HostState.Booting, HostState.Linbo, HostState.Off],
            [await StateOf(pc1), await StateOf(pc2), await StateOf(pc3), await StateOf(pc4), await StateOf(pc5), await StateOf(nowhere)]);
        Assert.Equal(["127.20.0.1", "127.20.0.5"], reported.Select(o => o.Client!.ToString()).Order());
        Assert.All(reported, o => Assert.Equal((BootStepKind.Ssh, "2222"), (o.Kind, o.Path)));
        var told = new List<PortalEvent>();
        while (subscription.Reader.TryRead(out var portalEvent))
            told.Add(portalEvent);
        // The other tests' hosts lie in the same database.
        Assert.Equal(5, told.OfType<PortalEvent.HostStateChanged>().Count(e => new[] { pc1, pc2, pc3, pc4, pc5, nowhere }.Contains(e.HostId)));

        reported.Clear();
        await Probe(Ports(port)).LookAsync(booting: false, Ct);
        Assert.Empty(reported);
        Assert.False(subscription.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_silent_PC_that_comes_up_is_seen_when_it_is_its_turn_and_waited_for_no_longer()
    {
        const int Port = 42240;
        var (silent, woken) = (await AddAsync("silent1", "127.255.255.255", HostState.Off), await AddAsync("silent2", "127.255.255.254"));
        var probe = Probe(Ports(Port));
        pauses.Keep([new ProbedHost(silent, Unreachable, HostState.Off), new ProbedHost(woken, Unreachable, HostState.Unknown)], TimeProvider.System.GetUtcNow());

        Assert.Equal(2, await probe.LookAtSilentAsync(Ct));
        Assert.Equal((HostState.Off, HostState.Off), (await StateOf(silent), await StateOf(woken)));
        Assert.Equal(0, await probe.LookAtSilentAsync(Ct)); // not before the pause is over

        // It has come up, at another address.
        using var linbo = Listen("127.26.0.2", Port);
        pauses.Keep([new ProbedHost(silent, Unreachable, HostState.Off), new ProbedHost(woken, linbo.LocalEndpoint is IPEndPoint end ? end.Address : Unreachable, HostState.Off)], TimeProvider.System.GetUtcNow());
        Assert.Equal(1, await probe.LookAtSilentAsync(Ct));
        Assert.Equal(HostState.Linbo, await StateOf(woken));
        Assert.Equal(1, pauses.Count);
        Assert.Equal("127.26.0.2", Assert.Single(reported).Client!.ToString());
    }

    [Fact]
    public async Task Only_booting_hosts_are_looked_at_in_between()
    {
        var booting = await AddAsync("between1", "127.21.0.1", HostState.Booting);
        await AddAsync("between2", "127.21.0.2", HostState.Off);
        var looked = await new ProbeStore(database.Databases, events, TimeProvider.System).LoadAsync(booting: true, Ct);
        Assert.Contains(looked, h => h.Id == booting);
        Assert.All(looked, h => Assert.NotEqual(IPAddress.Parse("127.21.0.2"), h.Address));
    }

    [Fact]
    public async Task A_silent_port_costs_one_timeout_and_no_more()
    {
        // A full queue of a listener that accepts nobody drops what comes: as a firewall does.
        var port = FreePort.Take(5);
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Parse("127.22.0.1"), port + 1));
        full.Listen(0);
        using var first = new TcpClient();
        await first.ConnectAsync(IPAddress.Parse("127.22.0.1"), port + 1, Ct);
        var clock = Stopwatch.StartNew();

        var answers = await Ports(port, TimeSpan.FromSeconds(2)).LookAsync(IPAddress.Parse("127.22.0.1"), Ct);

        Assert.Equal(HostState.Linux, answers.State); // 22 filtered, 135 closed
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(1.9), Wait.Limit);
    }

    [Fact]
    public async Task Five_thousand_hosts_are_looked_at_in_one_round()
    {
        await using (var db = await database.Databases.CreateDbContextAsync(Ct))
        {
            var room = new Room { School = "many", Name = "many" };
            db.Add(room);
            db.AddRange(Enumerable.Range(0, 5000).Select(i => new Host { School = "many", Name = $"many{i}", RoomId = room.Id, Address = new IPAddress([127, 30, (byte)(i / 250), (byte)(i % 250 + 1)]) }));
            await db.SaveChangesAsync(Ct);
        }

        var clock = Stopwatch.StartNew();
        Assert.True(await Probe(Ports(FreePort.Take(5))).LookAsync(booting: false, Ct) >= 5000);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, 3 * Wait.Limit);
        await using var check = await database.Databases.CreateDbContextAsync(Ct);
        Assert.Equal(5000, await check.HostStatuses.CountAsync(s => s.State == HostState.On, Ct) - await check.HostStatuses.CountAsync(s => s.State == HostState.On && check.Hosts.Any(h => h.Id == s.HostId && h.School != "many"), Ct));
        await check.Hosts.Where(h => h.School == "many").ExecuteDeleteAsync(Ct);
    }

    [Fact]
    public async Task One_portal_of_two_looks()
    {
        await using var first = new ProbeLease(database.Source);
        await using var second = new ProbeLease(database.Source);
        Assert.True(await first.HoldAsync(Ct));
        Assert.True(await first.HoldAsync(Ct));
        Assert.False(await second.HoldAsync(Ct));
        await first.DisposeAsync();
        Assert.True(await second.HoldAsync(Ct));
    }
}
