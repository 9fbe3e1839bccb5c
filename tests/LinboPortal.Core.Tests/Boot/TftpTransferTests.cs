using LinboPortal.Core.Boot;

namespace LinboPortal.Core.Tests.Boot;

/// <summary>The protocol without a network: packets and time go in, decisions come out.</summary>
public sealed class TftpTransferTests
{
    private static readonly TftpSend Nothing = new(TftpSendKind.Nothing);
    private TimeSpan now = TimeSpan.FromHours(1);

    [Fact]
    public void A_file_goes_block_by_block_and_ends_with_a_short_one()
    {
        var transfer = Make(1000);
        Assert.Equal(Blocks(1, 1), transfer.Start(now));
        Assert.Equal(Blocks(2, 1), transfer.OnAck(1, now));
        Assert.Equal(Nothing, transfer.OnAck(2, now));
        Assert.Equal((TftpTransferState.Completed, 1000L, 0), (transfer.State, transfer.BytesAcknowledged, transfer.Retransmits));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(511, 1)]
    [InlineData(512, 2)]
    [InlineData(513, 2)]
    [InlineData(1024, 3)]
    public void The_last_block_is_shorter_than_the_others_be_it_empty(long size, int blocks)
    {
        var transfer = Make(size);
        transfer.Start(now);
        for (var block = 1; block < blocks; block++)
            Assert.Equal(Blocks(block + 1, 1), transfer.OnAck((ushort)block, now));
        transfer.OnAck((ushort)blocks, now);
        Assert.Equal(TftpTransferState.Completed, transfer.State);
    }

    [Fact]
    public void Options_are_acknowledged_first()
    {
        var transfer = Make(3000, new(1024, 2));
        Assert.Equal(TftpSendKind.OptionAck, transfer.Start(now).Kind);
        Assert.Equal(Nothing, transfer.OnAck(1, now));
        Assert.Equal(Blocks(1, 2), transfer.OnAck(0, now));
        Assert.Equal(Blocks(3, 1), transfer.OnAck(2, now));
    }

    [Fact]
    public void A_size_probe_that_ends_with_error_8_is_an_end_on_purpose()
    {
        var transfer = Make(3000, new(1468, 4, null, true));
        transfer.Start(now);
        transfer.OnError(TftpErrorCode.OptionsRefused);
        Assert.Equal(TftpTransferState.Aborted, transfer.State);
        Assert.Equal(Nothing, transfer.OnAck(0, now));
        Assert.Equal(Nothing, transfer.OnTime(now + TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void A_clients_own_error_later_on_is_one()
    {
        var transfer = Make(3000);
        transfer.Start(now);
        transfer.OnAck(1, now);
        transfer.OnError(TftpErrorCode.AllocationExceeded);
        Assert.Equal(TftpTransferState.ClientError, transfer.State);
    }

    [Fact]
    public void Block_numbers_wrap_to_zero()
    {
        var transfer = Make(70_000L * 8, new(8));
        transfer.Start(now);
        transfer.OnAck(0, now);
        for (var block = 1; block <= 70_000; block++)
            Assert.Equal(Blocks(block + 1, 1), transfer.OnAck(unchecked((ushort)block), now));
        transfer.OnAck(unchecked((ushort)70_001), now);
        Assert.Equal(TftpTransferState.Completed, transfer.State);
    }

    [Fact]
    public void A_window_reaches_over_the_wrap()
    {
        var transfer = Make(80_000L * 8, new(8, 64));
        transfer.Start(now);
        var send = transfer.OnAck(0, now);
        while (transfer.IsOpen)
            send = transfer.OnAck(unchecked((ushort)(send.FirstBlock + send.Count - 1)), now);
        Assert.Equal((TftpTransferState.Completed, 0), (transfer.State, transfer.Retransmits));
    }

    [Fact]
    public void A_lost_block_is_sent_again_after_a_wait_that_doubles()
    {
        var transfer = Make(1000, new(512, 1));
        var answer = new TftpSend(TftpSendKind.OptionAck);
        transfer.Start(now);
        Assert.Equal(Nothing, transfer.OnTime(now + TimeSpan.FromMilliseconds(249)));
        Assert.Equal(answer, transfer.OnTime(now += TimeSpan.FromMilliseconds(250)));
        Assert.Equal(now + TimeSpan.FromMilliseconds(500), transfer.Deadline);
        Assert.Equal(answer, transfer.OnTime(now += TimeSpan.FromMilliseconds(500)));
        Assert.Equal(now + TimeSpan.FromMilliseconds(1000), transfer.Deadline);
        Assert.Equal(2, transfer.Retransmits);
    }

    [Fact]
    public void A_measured_round_trip_shortens_the_wait()
    {
        var transfer = Make(10_000);
        transfer.Start(now);
        for (ushort block = 1; block < 8; block++)
            transfer.OnAck(block, now += TimeSpan.FromMilliseconds(1));
        Assert.Equal(now + TftpPatience.Default.ShortestWait, transfer.Deadline);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(null)]
    public void A_client_that_speaks_only_after_a_silence_of_its_own_gets_one(int? agreed)
    {
        // atftp answers a window that it already has with nothing, and says its lost acknowledgement again after 5 s in which nothing came.
        var transfer = Make(100_000, new(512, 4, agreed));
        transfer.Start(now);
        transfer.OnAck(0, now);
        transfer.OnAck(4, now += TimeSpan.FromMilliseconds(1));
        var heard = now;
        while (transfer.Deadline - now <= TimeSpan.FromSeconds(5))
            Assert.Equal(Blocks(5, 4), transfer.OnTime(now = transfer.Deadline));
        Assert.InRange(now - heard, TimeSpan.Zero, TimeSpan.FromSeconds(15));
        Assert.Equal(Blocks(9, 4), transfer.OnAck(8, now + TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void An_agreed_timeout_bounds_the_wait()
    {
        var transfer = Make(1000, new(null, null, 1));
        transfer.Start(now);
        for (var i = 0; i < 4; i++)
            transfer.OnTime(now = transfer.Deadline);
        Assert.Equal(now + TimeSpan.FromSeconds(1), transfer.Deadline);
    }

    [Fact]
    public void Duplicate_acknowledgements_never_double_the_traffic()
    {
        // RFC 1123, 4.2.3.1: the sorcerer's apprentice.
        var transfer = Make(10_000);
        transfer.Start(now);
        Assert.Equal(Blocks(2, 1), transfer.OnAck(1, now));
        for (var i = 0; i < 10; i++)
            Assert.Equal(Nothing, transfer.OnAck(1, now));
        Assert.Equal(Blocks(3, 1), transfer.OnAck(2, now));
        Assert.Equal(Nothing, transfer.OnAck(1, now));
        Assert.Equal(0, transfer.Retransmits);
    }

    [Fact]
    public void A_delayed_window_does_not_double_all_that_follow()
    {
        var transfer = Make(100_000, new(512, 4));
        transfer.Start(now);
        transfer.OnAck(0, now);
        Assert.Equal(Blocks(1, 4), transfer.OnTime(now = transfer.Deadline)); // both windows arrive after all
        Assert.Equal(Blocks(5, 4), transfer.OnAck(4, now));
        Assert.Equal(Nothing, transfer.OnAck(4, now));
        Assert.Equal(Blocks(9, 4), transfer.OnAck(8, now));
    }

    [Fact]
    public void A_gap_in_a_window_is_filled_from_there_on()
    {
        var transfer = Make(100_000, new(512, 4));
        transfer.Start(now);
        transfer.OnAck(0, now);
        Assert.Equal(Blocks(3, 4), transfer.OnAck(2, now)); // block 3 was lost
        Assert.Equal(2, transfer.Retransmits);
        Assert.Equal(Blocks(7, 4), transfer.OnAck(6, now));
    }

    [Fact]
    public void A_first_block_lost_in_a_window_is_told_once()
    {
        var transfer = Make(100_000, new(512, 4));
        transfer.Start(now);
        transfer.OnAck(0, now);
        transfer.OnAck(4, now);
        Assert.Equal(Blocks(5, 4), transfer.OnAck(4, now));
        Assert.Equal(Nothing, transfer.OnAck(4, now));
        Assert.Equal(Blocks(9, 4), transfer.OnAck(8, now));
    }

    [Theory]
    [InlineData(9)]
    [InlineData(300)]
    [InlineData(65535)]
    public void Acknowledgements_of_what_was_never_sent_mean_nothing(ushort block)
    {
        var transfer = Make(1_000_000, new(512, 4));
        transfer.Start(now);
        transfer.OnAck(0, now);
        transfer.OnAck(4, now);
        Assert.Equal(Nothing, transfer.OnAck(block, now));
        Assert.Equal(4 * 512, transfer.BytesAcknowledged);
    }

    [Fact]
    public void A_repeated_request_asks_for_the_first_packet_until_the_client_was_heard()
    {
        var transfer = Make(10_000);
        transfer.Start(now);
        Assert.Equal(Blocks(1, 1), transfer.OnRepeatedRequest(now));
        transfer.OnAck(1, now);
        Assert.Equal(Nothing, transfer.OnRepeatedRequest(now));
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 6)]
    public void Who_never_answers_gets_two_blocks_or_six_acknowledgements_in_all(bool asksForOptions, int packets)
    {
        var transfer = asksForOptions ? Make(10_000, new(1428, 1)) : Make(10_000);
        transfer.Start(now);
        var sent = 1;
        while (transfer.IsOpen)
            sent += transfer.OnTime(now = transfer.Deadline).Kind is TftpSendKind.Nothing ? 0 : 1;
        Assert.Equal((TftpTransferState.TimedOut, packets), (transfer.State, sent));
    }

    [Fact]
    public void A_client_that_answers_late_gets_the_rest()
    {
        var transfer = Make(10_000);
        transfer.Start(now);
        for (var i = 0; i < 4; i++)
            transfer.OnTime(now = transfer.Deadline);
        Assert.Equal(Blocks(2, 1), transfer.OnAck(1, now));
    }

    [Fact]
    public void A_forged_request_is_answered_with_less_than_twenty_times_its_size()
    {
        const int Headers = 14 + 20 + 8; // Ethernet, IP, UDP
        const int ShortestFrame = 60;
        var request = Math.Max(ShortestFrame, Headers + "\0\u0001linbo64\0octet\0".Length);
        var transfer = Make(1_000_000);
        var bytes = Size(transfer.Start(now));
        while (transfer.IsOpen)
            bytes += Size(transfer.OnTime(now = transfer.Deadline));
        Assert.InRange((double)bytes / request, 0, 20);

        static int Size(TftpSend send) => send.Kind is TftpSendKind.Nothing ? 0 : send.Count * (Headers + 4 + 512);
    }

    [Fact]
    public void A_client_that_falls_silent_is_given_up()
    {
        var transfer = Make(10_000);
        transfer.Start(now);
        transfer.OnAck(1, now);
        var heard = now;
        while (transfer.IsOpen)
            transfer.OnTime(now = transfer.Deadline);
        Assert.Equal(TftpTransferState.TimedOut, transfer.State);
        Assert.InRange(now - heard, TftpPatience.Default.Idle, TftpPatience.Default.Idle + TftpPatience.Default.LongestWait);
    }

    [Fact]
    public void A_last_block_without_an_answer_is_as_good_as_delivered()
    {
        var transfer = Make(1000);
        transfer.Start(now);
        transfer.OnAck(1, now);
        while (transfer.IsOpen)
            transfer.OnTime(now = transfer.Deadline);
        Assert.Equal(TftpTransferState.Unconfirmed, transfer.State);
    }

    [Fact]
    public void Another_request_from_the_same_port_ends_the_transfer()
    {
        var early = Make(10_000);
        early.Start(now);
        early.OnAck(1, now);
        early.Supersede();
        var late = Make(600);
        late.Start(now);
        late.OnAck(1, now);
        late.Supersede();
        Assert.Equal((TftpTransferState.Aborted, TftpTransferState.Unconfirmed), (early.State, late.State));
    }

    [Fact]
    public void An_end_that_is_found_on_the_way_is_an_end()
    {
        var transfer = new TftpTransfer(TftpTerms.Negotiate(default, null, new(TftpTerms.LargestBlock, 64)), null, TftpPatience.Default);
        transfer.Start(now);
        transfer.OnAck(1, now);
        transfer.EndAt(2, 7);
        transfer.OnAck(2, now);
        Assert.Equal((TftpTransferState.Completed, 519L), (transfer.State, transfer.BytesAcknowledged));
    }

    [Theory]
    [InlineData(1, 0.05)]
    [InlineData(1, 0.3)]
    [InlineData(16, 0.05)]
    [InlineData(16, 0.3)]
    public void Every_block_arrives_over_a_network_that_loses_and_doubles(int window, double loss)
    {
        var random = new Random(window * 1000 + (int)(loss * 100));
        const int blocks = 500;
        var transfer = Make(blocks * 512 - 1, window > 1 ? new(512, window) : default);
        var client = 0;
        var pending = new Queue<TftpSend>([transfer.Start(now)]);
        while (transfer.IsOpen)
        {
            if (!pending.TryDequeue(out var send))
            {
                pending.Enqueue(transfer.OnTime(now = transfer.Deadline));
                continue;
            }

            now += TimeSpan.FromMicroseconds(50);
            if (send.Kind is TftpSendKind.OptionAck && random.NextDouble() >= loss)
                Answer(0);
            for (var block = send.FirstBlock; send.Kind is TftpSendKind.Blocks && block < send.FirstBlock + send.Count; block++)
            {
                if (random.NextDouble() < loss)
                    continue;
                if (block == client + 1)
                    client++;
                if (block == send.FirstBlock + send.Count - 1 || block != client)
                    Answer(client);
            }
        }

        Assert.Equal(blocks, client);
        Assert.True(transfer.State is TftpTransferState.Completed or TftpTransferState.Unconfirmed, $"{transfer.State}");

        void Answer(int block)
        {
            for (var copies = random.NextDouble() < 0.1 ? 2 : 1; copies > 0; copies--)
            {
                if (random.NextDouble() >= loss)
                    pending.Enqueue(transfer.OnAck((ushort)block, now));
            }
        }
    }

    private static TftpSend Blocks(long first, int count) => new(TftpSendKind.Blocks, first, count);

    private static TftpTransfer Make(long size, TftpRequestOptions options = default) =>
        new(TftpTerms.Negotiate(options, size, new(TftpTerms.LargestBlock, 64)), size, TftpPatience.Default);
}
