using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using LinboPortal.Core.Boot;
using LinboPortal.Infrastructure.Boot;
using LinboPortal.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Tests.Boot;

public sealed partial class DhcpListenerTests
{
    private const int NewNetwork = 0x40000000;
    private const string Firmware = "PXEClient:Arch:00007:UNDI:003016";
    private static readonly IPAddress ServerAddress = IPAddress.Parse("10.9.8.1");

    private readonly Channel<BootObservation> observed = Channel.CreateUnbounded<BootObservation>();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_sees_questions_and_answers_that_this_machine_sends_itself_beside_a_DHCP_server()
    {
        using var network = OpenNetwork();
        using var listener = Listener(() => network.Wire);
        await listener.StartAsync(Ct);

        var any = new IPEndPoint(IPAddress.Broadcast, 67);
        network.Client.SendTo("not for us"u8, new IPEndPoint(IPAddress.Broadcast, 69));
        network.Client.SendTo("nonsense"u8, any);
        network.Client.SendTo(new DhcpSample(DhcpMessage.Discover).With(60, Firmware).With(93, 0, 7).ToBytes(), any);
        Assert.Equal(("discover", "52:54:00:77:00:01", "vendor=PXEClient arch=7"), await NextAsync());

        var client = new IPEndPoint(IPAddress.Broadcast, 68);
        network.Server.SendTo(new DhcpSample(DhcpMessage.Offer).Given("10.9.8.7").With(54, ServerAddress).ToBytes(), client);
        Assert.Equal(("offer", "52:54:00:77:00:01", "address=10.9.8.7 server=10.9.8.1"), await NextAsync());

        Assert.Equal(HealthStatus.Healthy, (await new DhcpHealth(listener).CheckHealthAsync(new HealthCheckContext(), Ct)).Status);
        Assert.Equal((DhcpWatch.Watching, 2), (listener.State, listener.Seen));
        await listener.StopAsync(Ct);
    }

    [Fact]
    public async Task Without_the_right_the_portal_starts_and_says_what_is_missing()
    {
        using var listener = Listener(() => throw new SocketException((int)SocketError.AccessDenied));
        await listener.StartAsync(Ct);

        var health = await new DhcpHealth(listener).CheckHealthAsync(new HealthCheckContext(), Ct);
        Assert.Equal(DhcpWatch.NotPermitted, listener.State);
        Assert.Equal(HealthStatus.Healthy, health.Status);
        Assert.Contains("CAP_NET_RAW", health.Description, StringComparison.Ordinal);
        await listener.StopAsync(Ct);
    }

    [Fact]
    public async Task Switched_off_it_opens_nothing()
    {
        using var listener = Listener(() => throw new InvalidOperationException("opened"), isOn: false);
        await listener.StartAsync(Ct);

        Assert.Equal(DhcpWatch.Off, listener.State);
        await listener.StopAsync(Ct);
    }

    [Fact]
    public void Padding_of_short_packets_is_none_of_the_payload() =>
        Assert.Equal("hi"u8.ToArray(), DhcpSocket.PayloadOf([0x45, 0, 0, 30, .. new byte[5], 17, .. new byte[10], 0, 68, 0, 67, 0, 10, 0, 0, .. "hi"u8, 0, 0, 0]).ToArray());

    [Fact]
    public void A_packet_that_is_cut_off_or_lies_has_no_payload()
    {
        byte[] packet = [0x4f, 0, 0xff, 0xff, .. new byte[5], 17, .. new byte[50], 0, 68, 0, 67, 0xff, 0xff, 0, 0];
        for (var length = 0; length <= packet.Length; length++)
            Assert.True(DhcpSocket.PayloadOf(packet.AsSpan(0, length)).IsEmpty);
        packet[0] = 0x41;
        Assert.True(DhcpSocket.PayloadOf(packet).IsEmpty);
    }

    private DhcpListener Listener(Func<Socket> open, bool isOn = true) =>
        new(seen => observed.Writer.TryWrite(seen), Options.Create(new DhcpOptions { Listen = isOn }), TimeProvider.System, NullLogger<DhcpListener>.Instance)
        {
            Open = open,
        };

    private async Task<(string Word, string? Mac, string? Detail)> NextAsync()
    {
        var seen = await Wait.ForAsync("a DHCP message is seen", observed.Reader.ReadAsync(Ct).AsTask());
        return (seen.Path, seen.Mac?.ToString(), seen.Detail);
    }

    /// <summary>Two cards joined by a cable in a network of the test's own: sockets stay in the network of the thread that opened them.</summary>
    private static Network OpenNetwork()
    {
        Network? network = null;
        var reason = "";
        var thread = new Thread(() =>
        {
            if (Unshare(NewNetwork) != 0)
            {
                reason = "a network of its own needs root";
                return;
            }

            try
            {
                // The end that is sent from comes last: the one before sends only once the kernel has noticed the cable, and drops what comes earlier.
                foreach (var words in new[] { "link add east type veth peer name west", "addr add 10.9.8.1/24 dev east", "link set west up", "link set east up" })
                    Ip(words);
                network = new Network(DhcpSocket.Open(), Udp(67), Udp(68));
            }
            catch (Exception e) when (e is InvalidOperationException or SocketException or System.ComponentModel.Win32Exception)
            {
                reason = e.Message;
            }
        });
        thread.Start();
        thread.Join();
        Assert.SkipWhen(network is null, $"No network of the test's own: {reason}");
        return network!;
    }

    private static void Ip(string words)
    {
        using var ip = Process.Start(new ProcessStartInfo("ip", words) { RedirectStandardError = true })!;
        ip.WaitForExit();
        if (ip.ExitCode != 0)
            throw new InvalidOperationException($"ip {words}: {ip.StandardError.ReadToEnd()}");
    }

    private static Socket Udp(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { EnableBroadcast = true };
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        socket.SetRawSocketOption(1, 25, "east\0"u8); // SO_BINDTODEVICE
        return socket;
    }

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Unshare(int flags);

    private sealed record Network(Socket Wire, Socket Server, Socket Client) : IDisposable
    {
        public void Dispose()
        {
            Wire.Dispose();
            Server.Dispose();
            Client.Dispose();
        }
    }
}
