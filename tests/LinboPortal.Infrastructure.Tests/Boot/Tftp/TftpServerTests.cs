using System.Net;
using System.Net.Sockets;
using System.Text;
using LinboPortal.Core.Boot;
using Microsoft.Extensions.Logging;

namespace LinboPortal.Infrastructure.Tests.Boot.Tftp;

/// <summary>The server on real sockets, asked by hand: what goes well.</summary>
public sealed class TftpServerTests
{
    [Fact]
    public async Task A_small_file_is_sent_from_another_port_logged_and_reported()
    {
        await using var tftp = await RunningTftp.StartAsync();
        var bytes = tftp.Write("boot/grub/lab.cfg", 14);
        using var client = new RawClient(tftp.Port);

        client.Ask("/boot/grub/lab.cfg");
        Assert.Equal(bytes, client.Rest(1, 512));

        Assert.NotEqual(tftp.Port, client.From.Port);
        var seen = tftp.Reported();
        Assert.Equal((BootStepOutcome.Served, "boot/grub/lab.cfg", 14L, 14L), (seen.Outcome, seen.Path, seen.Bytes, seen.Size!.Value));
        Assert.Equal(IPAddress.Loopback, seen.Client);
        await tftp.StopAsync();
        Assert.Contains(tftp.Log.Collector.GetSnapshot(), line => line.Message.StartsWith("TFTP Served boot/grub/lab.cfg to 127.0.0.1: 14 bytes", StringComparison.Ordinal));
        Assert.Equal((1L, 14L, 0), (tftp.Server.Counters.Served, tftp.Server.Counters.Bytes, tftp.Server.Counters.Active));
    }

    [Fact]
    public async Task A_firmwares_size_probe_is_answered_and_then_forgotten()
    {
        await using var tftp = await RunningTftp.StartAsync();
        var bytes = tftp.Write("core.efi", 5000);
        using var probe = new RawClient(tftp.Port);
        probe.Ask("core.efi", "tsize", "0", "blksize", "1468", "windowsize", "4");
        Assert.Equal("\0\u0006blksize\01468\0windowsize\04\0tsize\05000\0", Encoding.ASCII.GetString(probe.Receive()));
        probe.Answer([0, 5, 0, 8, .. "User aborted the transfer\0"u8]);
        Assert.Equal((BootStepOutcome.Aborted, "8 User aborted the transfer"), Outcome(tftp.Reported()));

        using var client = new RawClient(tftp.Port);
        client.Ask("core.efi", "blksize", "1468", "windowsize", "4");
        client.Receive();
        client.Acknowledge(0);
        byte[] all = [.. client.Block(1), .. client.Block(2), .. client.Block(3), .. client.Block(4)];
        client.Acknowledge(4);
        Assert.Equal(bytes, all);
        Assert.Equal(BootStepOutcome.Served, tftp.Reported().Outcome);
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("127.9.8.7", "127.9.8.7")]
    [InlineData("::1", "::1")]
    public async Task Answers_leave_from_the_address_that_was_asked(string asked, string from)
    {
        await using var tftp = await RunningTftp.StartAsync();
        tftp.Write("f", 600);
        using var client = new RawClient(tftp.Port, asked);

        client.Ask("f");
        client.Block(1);
        Assert.Equal(IPAddress.Parse(from), client.From.Address);
        client.Acknowledge(1);
        client.Block(2);
        Assert.Equal(IPAddress.Parse(from), client.From.Address);
        client.Acknowledge(2);
        client.Ask("missing");
        client.Error();
        Assert.Equal(IPAddress.Parse(from), client.From.Address);
    }

    [Fact]
    public async Task In_single_port_mode_all_comes_from_the_port_that_was_asked()
    {
        await using var tftp = await RunningTftp.StartAsync(o => o.SinglePort = true);
        var bytes = tftp.Write("f", 2000);
        using var client = new RawClient(tftp.Port);
        client.Ask("f");
        Assert.Equal(bytes, client.Rest(1, 512));
        Assert.Equal(tftp.Port, client.From.Port);
    }

    [Fact]
    public async Task Files_come_from_the_range_of_ports_that_a_firewall_lets_through()
    {
        int first;
        using (var free = new UdpClient(0, AddressFamily.InterNetwork))
            first = Math.Min(((IPEndPoint)free.Client.LocalEndPoint!).Port, 65000);
        await using var tftp = await RunningTftp.StartAsync(o => o.PortRange = $"{first}-{first + 20}");
        tftp.Write("f", 20);
        for (var i = 0; i < 4; i++)
        {
            using var client = new RawClient(tftp.Port);
            client.Ask("f");
            client.Rest(1, 512);
            Assert.InRange(client.From.Port, first, first + 20);
        }
    }

    [Fact]
    public async Task Netascii_turns_line_ends_and_keeps_to_the_block_size()
    {
        await using var tftp = await RunningTftp.StartAsync();
        tftp.Write("text", Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("line\n\r", 500))));
        using var client = new RawClient(tftp.Port);
        client.Send("\0\u0001text\0netascii\0blksize\0100\0tsize\00\0"u8);
        Assert.Equal("\0\u0006blksize\0100\0", Encoding.ASCII.GetString(client.Receive()));
        client.Acknowledge(0);
        Assert.Equal(string.Concat(Enumerable.Repeat("line\r\n\r\0", 500)), Encoding.ASCII.GetString(client.Rest(1, 100)));
        Assert.Equal(4000, tftp.Reported().Bytes);
    }

    [Fact]
    public async Task A_repeated_request_is_the_same_transfer()
    {
        await using var tftp = await RunningTftp.StartAsync();
        var bytes = tftp.Write("f", 100);
        using var client = new RawClient(tftp.Port);
        client.Ask("f");
        client.Ask("f");
        Assert.Equal(bytes, client.Block(1));
        var port = client.From.Port;
        Assert.Equal(bytes, client.Block(1));
        Assert.Equal(port, client.From.Port);
        client.Acknowledge(1);
        Assert.InRange(tftp.Reported().Retransmits, 1, 60); // at least the one that was asked for
    }

    [Fact]
    public async Task Another_request_from_the_same_port_is_another_transfer()
    {
        await using var tftp = await RunningTftp.StartAsync();
        tftp.Write("a", 5000);
        var bytes = tftp.Write("b", 100);
        using var client = new RawClient(tftp.Port);
        client.Ask("a");
        client.Block(1);
        client.Ask("b");
        Assert.Equal(bytes, client.Rest(1, 512));
        Assert.Equal((BootStepOutcome.Aborted, "a"), (Reported(out var path), path));
        Assert.Equal((BootStepOutcome.Served, "b"), (Reported(out path), path));

        BootStepOutcome Reported(out string path)
        {
            var seen = tftp.Reported();
            path = seen.Path;
            return seen.Outcome;
        }
    }

    [Fact]
    public async Task A_file_that_is_replaced_meanwhile_is_sent_to_its_end_as_it_was()
    {
        await using var tftp = await RunningTftp.StartAsync(o => o.CacheMegabytes = 2);
        var before = tftp.Write("linbofs64", 5_000_000);
        using var early = new RawClient(tftp.Port);
        early.Ask("linbofs64", "blksize", "16384");
        early.Receive();
        early.Acknowledge(0);
        var start = early.Block(1);

        tftp.Write("new", 10);
        File.Move(Path.Combine(tftp.Root, "new"), Path.Combine(tftp.Root, "linbofs64"), overwrite: true);
        using var late = new RawClient(tftp.Port);
        late.Ask("linbofs64");
        Assert.Equal(10, late.Rest(1, 512).Length);

        early.Acknowledge(1);
        Assert.True(before.AsSpan().SequenceEqual([.. start, .. early.Rest(2, 16384)]));
    }

    [Fact]
    public async Task Stopping_tells_running_transfers_and_comes_at_once()
    {
        await using var tftp = await RunningTftp.StartAsync();
        tftp.Write("f", 5000);
        using var client = new RawClient(tftp.Port);
        client.Ask("f");
        client.Block(1);
        await tftp.StopAsync();
        Assert.Equal((TftpErrorCode.Undefined, "The server stops"), client.Error());
        Assert.Equal((BootStepOutcome.Failed, "The server stops"), Outcome(tftp.Reported()));
        Assert.DoesNotContain(tftp.Log.Collector.GetSnapshot(), line => line.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task A_taken_port_is_named_with_its_setting_and_a_remedy()
    {
        using var taken = new UdpClient(new IPEndPoint(IPAddress.Any, 0));
        var port = ((IPEndPoint)taken.Client.LocalEndPoint!).Port;

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => RunningTftp.StartAsync(o => o.Port = port));

        Assert.Contains($"Boot:Tftp:Port: UDP port {port} is taken", failure.Message, StringComparison.Ordinal);
        Assert.Contains("set Boot:Tftp:Port to a free port", failure.Message, StringComparison.Ordinal);
    }

    private static (BootStepOutcome Outcome, string? Detail) Outcome(BootObservation seen) => (seen.Outcome, seen.Detail);
}
