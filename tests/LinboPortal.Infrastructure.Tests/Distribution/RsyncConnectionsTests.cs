using System.Net;
using System.Net.Sockets;
using LinboPortal.Infrastructure.Distribution;
using LinboPortal.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Tests.Distribution;

/// <summary>Connections by the hundred to a real rsync daemon that say nothing.</summary>
public sealed class RsyncConnectionsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Silent_connections_end_after_ten_seconds_and_others_go_on()
    {
        await using var rig = await RsyncRig.StartAsync(database);
        var clock = new ShiftedTime();
        using var limit = Limit(rig, new RsyncOptions(), clock);
        using var silent = await ConnectAsync(rig, "127.0.6.1");
        using var greeted = await ConnectAsync(rig, "127.0.6.2", "@RSYNCD: 31.0\n");
        using var working = await ConnectAsync(rig, "127.0.6.3", "@RSYNCD: 31.0\nlinbo\n");
        await Wait.UntilAsync("the daemon has a process for each", () => Workers(rig) == 3);
        await Wait.UntilAsync("one of them chose its module", () => InModule(rig) == 1);

        Assert.Equal(0, limit.Look());
        clock.Shift += RsyncConnections.Silence + TimeSpan.FromSeconds(1);
        Assert.Equal(2, limit.Look());

        Assert.Equal(0, await EndAsync(silent));
        Assert.Equal(0, await EndAsync(greeted));
        await Wait.UntilAsync("only the third is left", () => Workers(rig) == 1);
    }

    [Fact]
    public async Task One_address_has_so_many_connections_and_others_are_served()
    {
        await using var rig = await RsyncRig.StartAsync(database);
        rig.Folder.Write("tree/start.conf", "[LINBO]\n");
        using var limit = Limit(rig, new RsyncOptions { MaxConnectionsPerAddress = 5 }, TimeProvider.System);
        List<Socket> open = [];
        for (var i = 0; i < 40; i++)
            open.Add(await ConnectAsync(rig, "127.0.6.4"));
        await Wait.UntilAsync("the daemon has a process for each", () => Workers(rig) == 40);

        Assert.Equal(35, limit.Look());

        await Wait.UntilAsync("the others are left", () => Workers(rig) == 5);
        Assert.Equal(0, (await rig.GetAsync("127.0.6.5", "linbo/start.conf")).ExitCode);
        open.ForEach(s => s.Dispose());
    }

    [Fact]
    public async Task Transfers_have_an_end_and_other_networks_are_refused()
    {
        await using var rig = await RsyncRig.StartAsync(database, configure: o => (o.MaxConnections, o.Networks) = (1, ["127.0.6.0/24"]));
        rig.Folder.Write("tree/start.conf", "[LINBO]\n");
        Assert.Equal(0, (await rig.GetAsync("127.0.6.1", "linbo/start.conf")).ExitCode);
        Assert.NotEqual(0, (await rig.GetAsync("127.0.7.1", "linbo/start.conf")).ExitCode);

        await Wait.UntilAsync("both have gone", () => Workers(rig) == 0);
        using var held = await ConnectAsync(rig, "127.0.6.3", "@RSYNCD: 31.0\nlinbo\n");
        await Wait.UntilAsync("it holds the only place", () => InModule(rig) == 1);
        Assert.Contains("max connections (1) reached", (await rig.GetAsync("127.0.6.1", "linbo/start.conf")).Errors, StringComparison.Ordinal);
    }

    private static RsyncConnections Limit(RsyncRig rig, RsyncOptions options, TimeProvider time) =>
        new(rig.Daemon, Options.Create(options), time, NullLogger<RsyncConnections>.Instance);

    private static async Task<Socket> ConnectAsync(RsyncRig rig, string from, string text = "")
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(IPAddress.Loopback, rig.Port, Ct);
        if (text.Length > 0)
            await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes(text), Ct);
        return socket;
    }

    /// <summary>Reads to the end.</summary>
    private static async Task<int> EndAsync(Socket socket)
    {
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer, Ct) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // Cut off is an end as well.
        }

        return 0;
    }

    private static int Workers(RsyncRig rig) => Children($"{rig.Daemon.ProcessId}").Length;

    private static int InModule(RsyncRig rig) => Children($"{rig.Daemon.ProcessId}").Count(c => Children(c).Length > 0);

    private static string[] Children(string process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/task/{process}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (IOException)
        {
            return []; // it has just ended
        }
    }

    private sealed class ShiftedTime : TimeProvider
    {
        public TimeSpan Shift { get; set; }

        public override long GetTimestamp() => base.GetTimestamp() + (long)(Shift.TotalSeconds * TimestampFrequency);
    }
}
