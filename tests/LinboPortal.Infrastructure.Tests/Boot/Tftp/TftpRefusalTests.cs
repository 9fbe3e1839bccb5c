using System.Security.Cryptography;
using System.Text;
using LinboPortal.Core.Boot;
using Microsoft.Extensions.Logging;

namespace LinboPortal.Infrastructure.Tests.Boot.Tftp;

/// <summary>The server on real sockets, asked by hand: what it refuses, and that it goes on.</summary>
public sealed class TftpRefusalTests
{
    [Fact]
    public async Task A_missing_file_is_answered_at_once_and_reported()
    {
        await using var tftp = await RunningTftp.StartAsync();
        Directory.CreateDirectory(Path.Combine(tftp.Root, "boot"));
        using var client = new RawClient(tftp.Port);
        foreach (var name in new[] { "/boot/grub/grub.cfg-01-52-54-00-12-34-56", "boot", "/boot/grub/spool/.reboot", "boot/grub/" })
        {
            client.Ask(name);
            Assert.Equal(TftpErrorCode.FileNotFound, client.Error().Code);
            Assert.Equal(BootStepOutcome.NotFound, tftp.Reported().Outcome);
        }
    }

    [Fact]
    public async Task Other_networks_get_no_answer()
    {
        await using var tftp = await RunningTftp.StartAsync(o => o.Networks = ["127.0.0.8/29"]);
        tftp.Write("linbo64", 10);
        using var outside = new RawClient(tftp.Port);
        outside.Ask("linbo64");
        outside.Ask("nothing");
        await Wait.UntilAsync("both were passed over", () => tftp.Server.Counters.Ignored == 2);
        Assert.Equal((0L, 0L), (tftp.Server.Counters.NotFound, tftp.Server.Counters.Served));
        using var inside = new RawClient(tftp.Port, own: "127.0.0.9");
        inside.Ask("nothing");
        Assert.Equal(TftpErrorCode.FileNotFound, inside.Error().Code);
    }

    [Fact]
    public async Task A_thousand_refusals_are_a_few_lines_in_the_log()
    {
        await using var tftp = await RunningTftp.StartAsync();
        using var client = new RawClient(tftp.Port);
        for (var i = 0; i < 400; i++)
        {
            client.Ask("nothing" + i);
            client.Error();
            tftp.Reported();
        }

        Assert.InRange(tftp.Log.Collector.GetSnapshot().Count(r => r.Message.Contains("nothing", StringComparison.Ordinal)), 1, 20);
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("/../../../../etc/passwd")]
    [InlineData("boot/../../secret")]
    [InlineData("out")]
    [InlineData("outdir/secret")]
    [InlineData("images/w/w.qcow2.macct")]
    [InlineData(".hidden")]
    [InlineData("/")]
    [InlineData("pipe/../../secret")]
    public async Task What_is_not_for_everybody_is_refused(string name)
    {
        await using var tftp = await RunningTftp.StartAsync();
        var secret = tftp.Outside("secret");
        tftp.Write("images/w/w.qcow2.macct", 10);
        tftp.Write(".hidden", 10);
        File.CreateSymbolicLink(Path.Combine(tftp.Root, "out"), secret);
        File.CreateSymbolicLink(Path.Combine(tftp.Root, "outdir"), Path.GetDirectoryName(secret)!);
        using var client = new RawClient(tftp.Port);

        client.Ask(name);

        Assert.Equal(TftpErrorCode.AccessViolation, client.Error().Code);
        Assert.Equal(BootStepOutcome.Refused, tftp.Reported().Outcome);
    }

    [Fact]
    public async Task A_link_inside_the_root_is_followed()
    {
        await using var tftp = await RunningTftp.StartAsync();
        var bytes = tftp.Write("boot/grub/lab.cfg", 30);
        Directory.CreateDirectory(Path.Combine(tftp.Root, "boot/grub/hostcfg"));
        File.CreateSymbolicLink(Path.Combine(tftp.Root, "boot/grub/hostcfg/pc1.cfg"), "../lab.cfg");
        using var client = new RawClient(tftp.Port);
        client.Ask("/boot/grub/hostcfg/pc1.cfg");
        Assert.Equal(bytes, client.Rest(1, 512));
    }

    [Theory]
    [InlineData("\0\u0002linbo64\0octet\0", TftpErrorCode.AccessViolation)]
    [InlineData("\0\u0001linbo64\0mail\0", TftpErrorCode.IllegalOperation)]
    [InlineData("\0\u0001linbo64\0", TftpErrorCode.IllegalOperation)]
    [InlineData("\0\u0001linbo64", TftpErrorCode.IllegalOperation)]
    [InlineData("\0\u0001", TftpErrorCode.IllegalOperation)]
    [InlineData("\0\u0001\0octet\0", TftpErrorCode.IllegalOperation)]
    [InlineData("\0\u0001lin\nbo64\0octet\0", TftpErrorCode.IllegalOperation)]
    public async Task Requests_that_nobody_can_fulfil_get_one_error(string packet, TftpErrorCode code)
    {
        await using var tftp = await RunningTftp.StartAsync();
        tftp.Write("linbo64", 10);
        using var client = new RawClient(tftp.Port);
        client.Send(Encoding.UTF8.GetBytes(packet));
        Assert.Equal(code, client.Error().Code);
        // Whatever was asked for is told, so that somebody can find out who asks so.
        Assert.Equal(packet.Length > 3 && packet[2] != 0 ? packet.Contains('\n', StringComparison.Ordinal) ? @"lin\x0abo64" : "linbo64" : "", tftp.Reported().Path);
        IsStillServing(tftp, client);
    }

    /// <summary>The request of a Lenovo T460 behind Kea: option 67 read beyond its end.</summary>
    [Theory]
    [InlineData("boot/grub/i386-pc/core.0\u00ff\0octet\0")]
    [InlineData("./boot//grub/./i386-pc/core.0\0octet\0")]
    [InlineData("\\boot\\grub\\i386-pc\\core.0\0octet\0")]
    [InlineData("//boot/grub/i386-pc/core.0\n\0octet")]
    public async Task A_boot_file_is_served_under_a_name_that_firmware_garbled(string request)
    {
        await using var tftp = await RunningTftp.StartAsync();
        var bytes = tftp.Write("boot/grub/i386-pc/core.0", 700);
        using var client = new RawClient(tftp.Port);
        client.Send([0, 1, .. Encoding.Latin1.GetBytes(request)]);
        Assert.Equal(bytes, client.Rest(1, 512));
    }

    [Fact]
    public async Task What_holds_for_one_boot_goes_when_it_was_sent_whole()
    {
        await using var tftp = await RunningTftp.StartAsync();
        using var client = new RawClient(tftp.Port);
        foreach (var name in new[] { "boot/grub/spool/pc1.reboot", "boot/grub/spool/pc1.netboot" })
        {
            var bytes = tftp.Write(name, 1024);
            // GRUB's test whether there is something ends before the last block.
            client.Ask("/" + name, "blksize", "1024");
            client.Receive();
            client.Answer([0, 5, 0, 0, 0]);
            Assert.Equal(BootStepOutcome.Aborted, tftp.Reported().Outcome);
            Assert.True(File.Exists(Path.Combine(tftp.Root, name)));

            client.Ask("/" + name);
            Assert.Equal(bytes, client.Rest(1, 512));
            Assert.Equal(BootStepOutcome.Served, tftp.Reported().Outcome);
            Assert.False(File.Exists(Path.Combine(tftp.Root, name)));
            client.Ask("/" + name);
            Assert.Equal(TftpErrorCode.FileNotFound, client.Error().Code);
            Assert.Equal(BootStepOutcome.NotFound, tftp.Reported().Outcome);
        }

        tftp.Write("boot/grub/spool/pc1.lab.grub.cfg", 100);
        client.Ask("boot/grub/spool/pc1.lab.grub.cfg");
        client.Rest(1, 512);
        Assert.Equal(BootStepOutcome.Served, tftp.Reported().Outcome);
        Assert.True(File.Exists(Path.Combine(tftp.Root, "boot/grub/spool/pc1.lab.grub.cfg")));
    }

    [Fact]
    public async Task An_order_that_a_PC_without_a_name_finds_by_its_card_goes_with_its_link()
    {
        await using var tftp = await RunningTftp.StartAsync();
        using var client = new RawClient(tftp.Port);
        var bytes = tftp.Write("boot/grub/spool/pc1.netboot", 1024);
        var link = Path.Combine(tftp.Root, "boot/grub/spool/52:54:00:00:00:01.netboot");
        File.CreateSymbolicLink(link, "pc1.netboot");
        client.Ask("/boot/grub/spool/52:54:00:00:00:01.netboot");
        Assert.Equal(bytes, client.Rest(1, 512));
        Assert.Equal(BootStepOutcome.Served, tftp.Reported().Outcome);
        Assert.False(File.Exists(Path.Combine(tftp.Root, "boot/grub/spool/pc1.netboot")));
        Assert.Null(new FileInfo(link).LinkTarget);
    }

    [Fact]
    public async Task A_newer_wish_of_the_same_name_stays()
    {
        await using var tftp = await RunningTftp.StartAsync();
        using var client = new RawClient(tftp.Port);
        var old = tftp.Write("boot/grub/spool/pc1.reboot", 1024);
        client.Ask("boot/grub/spool/pc1.reboot");
        Assert.Equal(old[..512], client.Block(1));
        tftp.Write("new", 1024);
        File.Move(Path.Combine(tftp.Root, "new"), Path.Combine(tftp.Root, "boot/grub/spool/pc1.reboot"), overwrite: true);
        client.Acknowledge(1);
        Assert.Equal(old[512..], client.Rest(2, 512));
        Assert.Equal(BootStepOutcome.Served, tftp.Reported().Outcome);
        Assert.True(File.Exists(Path.Combine(tftp.Root, "boot/grub/spool/pc1.reboot")));
    }

    [Fact]
    public async Task A_transfer_that_runs_is_finished_when_the_server_stops_and_none_begins()
    {
        await using var tftp = await RunningTftp.StartAsync(o => o.StopGrace = TimeSpan.FromMinutes(1));
        var bytes = tftp.Write("linbofs64", 20_000);
        using var running = new RawClient(tftp.Port);
        running.Ask("linbofs64");
        Assert.Equal(bytes[..512], running.Block(1));

        var stopping = tftp.StopAsync();
        using var late = new RawClient(tftp.Port);
        late.Ask("linbofs64");
        running.Acknowledge(1);
        Assert.Equal(bytes[512..], running.Rest(2, 512));

        await stopping.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        var seen = tftp.Reported();
        Assert.Equal((BootStepOutcome.Served, 20_000L), (seen.Outcome, seen.Bytes));
        Assert.Equal(1, tftp.Server.Counters.Ignored);
    }

    [Fact]
    public async Task Over_long_names_and_names_with_NUL_do_no_harm()
    {
        await using var tftp = await RunningTftp.StartAsync();
        tftp.Write("linbo64", 10);
        using var client = new RawClient(tftp.Port);
        client.Ask(new string('a', 513));
        Assert.Equal(TftpErrorCode.IllegalOperation, client.Error().Code);
        client.Ask(string.Concat(Enumerable.Repeat("a/", 255)));
        Assert.Equal(TftpErrorCode.FileNotFound, client.Error().Code);
        client.Ask(new string('a', 300));
        Assert.True(client.Error().Code is TftpErrorCode.FileNotFound or TftpErrorCode.AccessViolation);
        client.Ask("linbo64\0/../secret");
        Assert.Equal(TftpErrorCode.IllegalOperation, client.Error().Code);
        client.Ask(new string('a', 5000)); // longer than any request: no answer
        IsStillServing(tftp, client);
    }

    [Fact]
    public async Task Packets_that_belong_to_nothing_are_not_answered()
    {
        await using var tftp = await RunningTftp.StartAsync();
        using var client = new RawClient(tftp.Port);
        client.Send([0, 4, 0, 1]);
        client.Send([0, 3, 0, 1, 1, 2, 3]);
        client.Send([0, 5, 0, 0, 0]);
        client.Send([0, 6, 0]);
        client.Send([]);
        client.Send([0]);
        client.Send([9, 9, 9, 9]);
        IsStillServing(tftp, client);
    }

    [Fact]
    public async Task Thousands_of_random_packets_break_nothing()
    {
        await using var tftp = await RunningTftp.StartAsync(o => o.MaxSessions = 50);
        tftp.Write("f", 5000);
        using var noise = new RawClient(tftp.Port);
        for (var i = 0; i < 5000; i++)
        {
            var packet = RandomNumberGenerator.GetBytes(RandomNumberGenerator.GetInt32(80));
            if (packet.Length > 2)
                (packet[0], packet[1]) = (0, (byte)(i % 8));
            noise.Send(i % 10 == 0 ? [0, 1, .. "f\0octet\0"u8, .. packet] : packet);
        }

        using var client = new RawClient(tftp.Port);
        IsStillServing(tftp, client);
        await tftp.StopAsync();
        Assert.DoesNotContain(tftp.Log.Collector.GetSnapshot(), line => line.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task One_address_gets_no_more_transfers_than_its_share()
    {
        await using var tftp = await RunningTftp.StartAsync(o => o.MaxSessionsPerAddress = 2);
        tftp.Write("f", 5000);
        using var first = new RawClient(tftp.Port);
        using var second = new RawClient(tftp.Port);
        using var third = new RawClient(tftp.Port);
        using var elsewhere = new RawClient(tftp.Port, own: "127.0.0.2");
        foreach (var client in new[] { first, second })
        {
            client.Ask("f");
            client.Block(1);
        }

        third.Ask("f");
        Assert.Contains("Too many", third.Error().Message, StringComparison.Ordinal);
        elsewhere.Ask("f");
        elsewhere.Block(1);
        Assert.Equal(BootStepOutcome.Refused, tftp.Reported().Outcome);
        first.Answer([0, 5, 0, 0, 0]);
        Assert.Equal(BootStepOutcome.Aborted, tftp.Reported().Outcome);
        third.Ask("f");
        third.Block(1);
    }

    [Fact]
    public async Task All_together_get_no_more_transfers_than_the_server_can_bear()
    {
        await using var tftp = await RunningTftp.StartAsync(o => o.MaxSessions = 1);
        tftp.Write("f", 5000);
        using var first = new RawClient(tftp.Port);
        first.Ask("f");
        first.Block(1);
        using var second = new RawClient(tftp.Port, own: "127.0.0.2");
        second.Ask("f");
        Assert.Contains("Too many", second.Error().Message, StringComparison.Ordinal);
        Assert.Equal(BootStepOutcome.Refused, tftp.Reported().Outcome);
    }

    [Fact]
    public async Task A_silent_client_is_given_up_after_the_set_time()
    {
        await using var tftp = await RunningTftp.StartAsync(o => o.IdleTimeout = TimeSpan.FromSeconds(3));
        tftp.Write("f", 5000);
        using var client = new RawClient(tftp.Port);
        client.Ask("f");
        client.Block(1);
        client.Acknowledge(1);
        var seen = tftp.Reported();
        Assert.Equal((BootStepOutcome.Failed, "the client fell silent", 512L), (seen.Outcome, seen.Detail, seen.Bytes));
    }

    [Fact]
    public async Task A_file_that_becomes_shorter_ends_its_transfer_with_an_error()
    {
        await using var tftp = await RunningTftp.StartAsync();
        tftp.Write("f", 1_000_000);
        using var client = new RawClient(tftp.Port);
        client.Ask("f", "blksize", "65464");
        client.Receive();
        client.Acknowledge(0);
        client.Block(1);
        using (var file = File.OpenWrite(Path.Combine(tftp.Root, "f")))
            file.SetLength(1000);
        var block = 1;
        while (true)
        {
            client.Acknowledge(block);
            var packet = client.Receive();
            if (TftpPacket.TryReadError(packet, out _, out var message))
            {
                Assert.Contains("cannot be read", message, StringComparison.Ordinal);
                break;
            }

            Assert.True(TftpPacket.TryReadData(packet, out var number, out _));
            block = number; // the one before may have come again
        }

        Assert.Equal(BootStepOutcome.Failed, tftp.Reported().Outcome);
    }

    private static void IsStillServing(RunningTftp tftp, RawClient client)
    {
        // Whatever was answered before would come first.
        var bytes = tftp.Write("alive", 700);
        client.Ask("alive");
        Assert.Equal(bytes, client.Rest(1, 512));
    }
}
