using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using LinboPortal.Core.Boot;
using LinboPortal.Infrastructure.Boot.Tftp;

namespace LinboPortal.Benchmarks;

/// <summary>How it went.</summary>
internal sealed record LoadResult(double Seconds, long Bytes, int Completed, int Failed, long Resent)
{
    public double MegabytesPerSecond => Bytes / Seconds / 1e6;
}

/// <summary>
/// Any number of clients on one socket: each has an address of its own in 127.0.0.0/8, and their packets come and go by the dozen. Only the heads of the
/// packets are taken out of the kernel, so that the load costs as little of the CPU as it can; that the bytes are right is what the conformance tests show.
/// </summary>
internal sealed unsafe class TftpLoad : IDisposable
{
    private const int Batch = 64;
    private const int HeadLength = 64;
    private const int Slot = HeadLength + 32 + ControlData.Longest;
    private static readonly TimeSpan Resend = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(20);

    private readonly ServerSocket socket = new(AddressFamily.InterNetwork, 0, takesRequests: true);
    private readonly LibC.Message* messages = (LibC.Message*)NativeMemory.AllocZeroed(Batch, (nuint)sizeof(LibC.Message));
    private readonly LibC.Piece* pieces = (LibC.Piece*)NativeMemory.AllocZeroed(Batch, (nuint)sizeof(LibC.Piece));
    private readonly byte* memory = (byte*)NativeMemory.AllocZeroed(Batch, Slot);
    private readonly LoadClient[] clients;
    private readonly Random random = new(1);
    private readonly double loss;
    private readonly byte[] request;
    private readonly int blockSize;
    private readonly int window;
    private readonly long lastBlock;
    private readonly long started = Stopwatch.GetTimestamp();
    private long bytes;
    private int completed;
    private int failed;
    private long resent;

    public TftpLoad(int count, string file, long size, int blockSize, int window, double loss)
    {
        (this.blockSize, this.window, this.loss) = (blockSize, window, loss);
        lastBlock = size / blockSize + 1;
        request = new byte[256];
        var options = new TftpRequestOptions(blockSize, window > 1 ? window : null, null, true);
        request = request[..TftpRequestWriter.WriteRequest(request, new(false, file, TftpMode.Octet, options))];
        clients = [.. Enumerable.Range(0, count).Select(_ => new LoadClient())];
        socket.MergeReceived();
        for (var i = 0; i < Batch; i++)
        {
            var slot = memory + i * Slot;
            pieces[i] = new() { Start = slot, Length = HeadLength };
            messages[i] = new() { Pieces = pieces + i, PieceCount = 1, Name = slot + HeadLength, Control = slot + HeadLength + 32 };
        }
    }

    private TimeSpan Now => Stopwatch.GetElapsedTime(started);

    /// <summary>Loads for so long; what happens while it warms up does not count.</summary>
    public LoadResult Run(TimeSpan warmUp, TimeSpan duration, Action measuring)
    {
        for (var i = 0; i < clients.Length; i++)
            Ask(i, Now);
        Until(Now + warmUp);
        (bytes, completed, failed, resent) = (0, 0, 0, 0);
        measuring();
        var begin = Now;
        Until(begin + duration);
        return new((Now - begin).TotalSeconds, bytes, completed, failed, resent);
    }

    public void Dispose()
    {
        socket.Dispose();
        NativeMemory.Free(messages);
        NativeMemory.Free(pieces);
        NativeMemory.Free(memory);
    }

    private void Until(TimeSpan end)
    {
        var looked = Now;
        for (var now = looked; now < end; now = Now)
        {
            var waiting = new LibC.PollDescriptor { Descriptor = socket.Descriptor, Wanted = LibC.PollIn };
            if (LibC.Poll(&waiting, 1, 10) > 0)
                Receive(now);
            if (now - looked > TimeSpan.FromMilliseconds(50))
            {
                looked = now;
                for (var i = 0; i < clients.Length; i++)
                    Look(i, now);
            }

            socket.Out.Flush();
        }
    }

    private void Receive(TimeSpan now)
    {
        for (var i = 0; i < Batch; i++)
        {
            messages[i].NameLength = Peer.LongestName;
            messages[i].ControlLength = ControlData.Longest;
        }

        // MSG_TRUNC: the true length, however little of the packet is wanted.
        var count = LibC.ReceiveMany(socket.Descriptor, messages, Batch, LibC.DontWait | LibC.Truncated, null);
        for (var i = 0; i < count; i++)
        {
            if (Peer.TryRead(messages[i].Name, out var server) && ControlData.TryRead(messages[i].Control, messages[i].ControlLength, out var own)
                && TryClient((uint)own.Low, out var index))
                Take(index, server, pieces[i].Start, (int)messages[i].Length, now);
        }
    }

    private void Take(int index, Peer server, byte* packet, int length, TimeSpan now)
    {
        var client = clients[index];
        switch (packet[1])
        {
            case (byte)TftpOpcode.OptionAcknowledgement when client.Expected == 1:
                client.Server ??= server;
                if (client.Server == server)
                    Acknowledge(index, 0, now);
                break;
            case (byte)TftpOpcode.Data when client.Server is null || client.Server == server:
                client.Server ??= server;
                TakeRun(index, BinaryPrimitives.ReadUInt16BigEndian(new ReadOnlySpan<byte>(packet + 2, 2)), length, now);
                break;
            case (byte)TftpOpcode.Error when client.Server is null || client.Server == server:
                if (Environment.GetEnvironmentVariable("VERBOSE") is not null)
                    Console.Error.WriteLine($"error: {System.Text.Encoding.ASCII.GetString(packet + 4, Math.Max(0, Math.Min(length, HeadLength) - 5))}");
                failed++;
                Ask(index, now);
                break;
        }
    }

    // Where the kernel hands over several datagrams in one piece (UDP_GRO) they are consecutive blocks.
    private void TakeRun(int index, ushort first, int length, TimeSpan now)
    {
        var datagram = blockSize + TftpPacket.HeaderLength;
        var turn = clients[index].Turn;
        for (var taken = 0; taken == 0 || (taken < length && clients[index].Turn == turn); taken += datagram)
        {
            if (loss == 0 || random.NextDouble() >= loss)
                TakeBlock(index, unchecked((ushort)(first + taken / datagram)), Math.Min(datagram, length - taken), now);
        }
    }

    private void TakeBlock(int index, ushort number, int length, TimeSpan now)
    {
        var client = clients[index];
        if (number == unchecked((ushort)(client.Expected - 1)))
        {
            // Our acknowledgement was lost.
            Acknowledge(index, client.Expected - 1, now);
            return;
        }

        if (number != unchecked((ushort)client.Expected))
        {
            // A gap: said once, then the server goes on from there (RFC 7440).
            if (window > 1 && !client.HasComplained && unchecked((ushort)(number - client.Expected)) < window)
            {
                client.HasComplained = true;
                Acknowledge(index, client.Expected - 1, now);
            }

            return;
        }

        bytes += length - TftpPacket.HeaderLength;
        client.HasComplained = false;
        client.HeardAt = now;
        client.InWindow++;
        if (client.Expected == lastBlock)
        {
            Acknowledge(index, client.Expected, now);
            completed++;
            client.Turn++;
            Ask(index, now);
            return;
        }

        client.Expected++;
        if (client.InWindow == window)
            Acknowledge(index, client.Expected - 1, now);
    }

    private void Look(int index, TimeSpan now)
    {
        var client = clients[index];
        if (now - client.HeardAt > GiveUp)
        {
            failed++;
            client.Turn++;
            Ask(index, now);
        }
        else if (now - client.SentAt > Resend)
        {
            resent++;
            if (client.Server is null)
                Send(index, request, now);
            else
                Acknowledge(index, client.Expected - 1, now);
        }
    }

    private void Ask(int index, TimeSpan now)
    {
        var client = clients[index];
        (client.Server, client.Expected, client.InWindow, client.HeardAt) = (null, 1, 0, now);
        Send(index, request, now);
    }

    private void Acknowledge(int index, long block, TimeSpan now)
    {
        Span<byte> packet = stackalloc byte[TftpPacket.HeaderLength];
        TftpPacket.WriteAck(packet, block);
        clients[index].InWindow = 0;
        Send(index, packet, now);
    }

    private void Send(int index, ReadOnlySpan<byte> packet, TimeSpan now)
    {
        var client = clients[index];
        client.SentAt = now;
        if (loss > 0 && random.NextDouble() < loss)
            return;
        // 127.<turn>.<number>: a new address for each transfer, as a new port would be.
        var own = new PeerAddress(0, BinaryPrimitives.ReverseEndianness(0x7f000000u | (uint)(client.Turn % 250 + 1) << 16 | (uint)(index + 1)), PeerAddress.V4);
        socket.Out.Add(client.Server ?? new Peer(new PeerAddress(0, 0x0100007f, PeerAddress.V4), 69), own, packet);
    }

    private bool TryClient(uint own, out int index)
    {
        var address = BinaryPrimitives.ReverseEndianness(own);
        index = (int)(address & 0xffff) - 1;
        return index >= 0 && index < clients.Length && (address >> 16 & 0xff) == clients[index].Turn % 250 + 1;
    }

    private sealed class LoadClient
    {
        public Peer? Server { get; set; }

        public long Expected { get; set; } = 1;

        public int InWindow { get; set; }

        public int Turn { get; set; }

        public bool HasComplained { get; set; }

        public TimeSpan SentAt { get; set; }

        public TimeSpan HeardAt { get; set; }
    }
}
