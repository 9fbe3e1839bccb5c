using System.Net;
using System.Net.Sockets;
using LinboPortal.Core.Boot;

namespace LinboPortal.Infrastructure.Tests.Boot.Tftp;

/// <summary>The server on real sockets, asked by hand.</summary>
public sealed class TftpServerTests
{
    [Fact]
    public async Task A_small_file_is_sent_and_reported()
    {
        await using var tftp = await RunningTftp.StartAsync();
        tftp.Write("boot/grub/lab.cfg", "set timeout=0\n"u8.ToArray());
        using var client = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        client.Client.ReceiveTimeout = 5000;

        client.Send("\0\u0001/boot/grub/lab.cfg\0octet\0"u8, new IPEndPoint(IPAddress.Loopback, tftp.Port));
        IPEndPoint? from = null;
        var data = client.Receive(ref from);
        client.Send([0, 4, 0, 1], from);

        Assert.NotEqual(tftp.Port, from.Port);
        Assert.Equal("\0\u0003\0\u0001set timeout=0\n"u8.ToArray(), data);
        var seen = tftp.Reported();
        Assert.Equal((BootStepOutcome.Served, "boot/grub/lab.cfg", 14L), (seen.Outcome, seen.Path, seen.Bytes));
    }

    [Fact]
    public async Task A_taken_port_is_named_with_its_setting_and_a_remedy()
    {
        using var taken = new UdpClient(new IPEndPoint(IPAddress.Any, 0));
        var port = ((IPEndPoint)taken.Client.LocalEndPoint!).Port;

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => RunningTftp.StartAsync(o => o.Port = port));

        Assert.Contains($"Boot:Tftp:Port: UDP port {port} is taken", failure.Message, StringComparison.Ordinal);
    }
}
