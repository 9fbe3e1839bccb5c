using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Remote;
using LinboPortal.Infrastructure.Tests.Boot.Tftp;
using LinboPortal.Testing;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Tests.Remote;

public sealed partial class WakeOnLanTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const int NewNetwork = 0x40000000;
    private static readonly MacAddress First = MacAddress.Parse("52:54:00:aa:bb:01");
    private static readonly MacAddress Second = MacAddress.Parse("52:54:00:aa:bb:02");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private WakeOnLan Wake(int port) =>
        new(database.Databases, Options.Create(new WakeOptions { Port = port, Packets = 2, SpacingMilliseconds = 10 }), TimeProvider.System);

    [Fact]
    public async Task Each_of_our_networks_and_the_PCs_own_get_several_packets_for_each_card()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "network namespaces need root");
        var name = TestNamespace.Name('w');
        await OtherPrograms.RunAsync("ip", "netns", "add", name);
        try
        {
            foreach (var step in new[]
            {
                "link set lo up", "link add name n1 type veth peer name n2", "link add name n3 type veth peer name n4", "addr add 10.91.1.1/24 brd + dev n1",
                "addr add 10.92.1.1/24 brd + dev n3", "link set n2 up", "link set n4 up", "link set n1 up", "link set n3 up", // the ends that are sent from last: they drop nothing then
            })
                await OtherPrograms.RunAsync("ip", ["-n", name, .. step.Split(' ')]);
            var heard = new List<(string From, string Packet)>();
            var result = await InNamespace(name, async () =>
            {
                using var listener = new UdpClient(new IPEndPoint(IPAddress.Any, 9));
                var waking = Wake(9).SendAsync([First, Second], IPAddress.Parse("10.92.1.255"), Ct);
                while (heard.Count < 12)
                {
                    var packet = await Wait.ForAsync($"packet {heard.Count + 1} of 12", listener.ReceiveAsync(Ct).AsTask());
                    heard.Add((packet.RemoteEndPoint.Address.ToString(), Convert.ToHexString(packet.Buffer)));
                }

                return await waking;
            });

            Assert.Equal(new WakeResult(12, ""), result);
            // By broadcast from both of our addresses, and once more to the network of the second.
            Assert.Equal(4, heard.Count(h => h.From == "10.91.1.1"));
            Assert.Equal(8, heard.Count(h => h.From == "10.92.1.1"));
            Assert.Equal(6, heard.Count(h => h.Packet == Convert.ToHexString(MagicPacket.For(First))));
            Assert.Equal(6, heard.Count(h => h.Packet == Convert.ToHexString(MagicPacket.For(Second))));
        }
        finally
        {
            await OtherPrograms.RunAsync("ip", "netns", "del", name);
        }
    }

    [Fact]
    public async Task A_host_is_woken_at_its_cards_through_its_subnet()
    {
        using var listener = new UdpClient(new IPEndPoint(IPAddress.Any, 0));
        Guid host, without;
        await using (var db = await database.Databases.CreateDbContextAsync(Ct))
        {
            var room = new Room { School = Host.DefaultSchool, Name = "wake" };
            var pc = new Host { School = Host.DefaultSchool, Name = "wake1", RoomId = room.Id, Address = IPAddress.Parse("127.93.4.5") };
            pc.Macs.Add(new HostMac { Mac = First, Position = 0 });
            var bare = new Host { School = Host.DefaultSchool, Name = "wake2", RoomId = room.Id };
            db.AddRange(room, pc, bare, new Subnet { Network = IPNetwork.Parse("127.93.0.0/16"), Router = IPAddress.Parse("127.93.0.1") });
            await db.SaveChangesAsync(Ct);
            (host, without) = (pc.Id, bare.Id);
        }

        var result = await Wake(((IPEndPoint)listener.Client.LocalEndPoint!).Port).WakeAsync(host, directed: true, Ct);
        Assert.Equal("", result.Problem);
        var heard = await Wait.ForAsync("a magic packet", listener.ReceiveAsync(Ct).AsTask());
        Assert.Equal(MagicPacket.For(First), heard.Buffer);
        Assert.Equal(new WakeResult(0, "it has no Ethernet address"), await Wake(9).WakeAsync(without, directed: true, Ct));
    }

    /// <summary>Sockets belong to the network of the thread that makes them.</summary>
    private static Task<T> InNamespace<T>(string name, Func<Task<T>> work)
    {
        var done = new TaskCompletionSource<Task<T>>();
        var thread = new Thread(() =>
        {
            using var handle = File.OpenHandle("/run/netns/" + name);
            if (SetNamespace((int)handle.DangerousGetHandle(), NewNetwork) != 0)
                done.SetException(new InvalidOperationException(Marshal.GetLastPInvokeErrorMessage()));
            else
                done.SetResult(work());
        });
        thread.Start();
        return done.Task.Unwrap();
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetNamespace(int handle, int kind);
}
