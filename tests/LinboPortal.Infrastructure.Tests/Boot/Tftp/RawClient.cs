using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using LinboPortal.Core.Boot;

namespace LinboPortal.Infrastructure.Tests.Boot.Tftp;

/// <summary>A client that sends whatever a test wants.</summary>
internal sealed class RawClient : IDisposable
{
    private const byte OptionsAnswer = 6;

    private readonly UdpClient socket;
    private readonly IPEndPoint server;
    private byte[]? seen;

    public RawClient(int port, string address = "127.0.0.1", string own = "127.0.0.1")
    {
        server = new IPEndPoint(IPAddress.Parse(address), port);
        socket = new UdpClient(new IPEndPoint(server.AddressFamily is AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Parse(own), 0));
        socket.Client.ReceiveTimeout = (int)Wait.Limit.TotalMilliseconds;
    }

    /// <summary>Where the last packet came from.</summary>
    public IPEndPoint From { get; private set; } = new(IPAddress.Any, 0);

    public void Send(ReadOnlySpan<byte> packet) => socket.Send(packet, server);

    /// <summary>Sends to where the last packet came from.</summary>
    public void Answer(ReadOnlySpan<byte> packet) => socket.Send(packet, From);

    /// <summary>Asks for a file; options as name and value in turns.</summary>
    public void Ask(string file, params string[] options) => Send(Encoding.UTF8.GetBytes($"\0\u0001{file}\0octet\0{string.Concat(options.Select(o => o + "\0"))}"));

    public byte[] Receive()
    {
        IPEndPoint? from = null;
        var packet = socket.Receive(ref from);
        From = from;
        return packet;
    }

    public void Acknowledge(int block)
    {
        Span<byte> packet = [0, 4, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], unchecked((ushort)block));
        Answer(packet);
    }

    /// <summary>Receives an error; a block that was there before may come again, when this machine was slow.</summary>
    public (TftpErrorCode Code, string Message) Error()
    {
        var packet = Receive();
        while (seen is not null && packet.AsSpan().SequenceEqual(seen))
            packet = Receive();
        Assert.True(TftpPacket.TryReadError(packet, out var code, out var message), Convert.ToHexString(packet));
        return (code, message);
    }

    /// <summary>Receives a block with this number; the one before, or the answer to the options, may come again, when this machine was slow.</summary>
    public byte[] Block(int number)
    {
        while (true)
        {
            var packet = Receive();
            if (number == 1 && packet is [0, OptionsAnswer, ..])
                continue;
            Assert.True(TftpPacket.TryReadData(packet, out var block, out var payload), Convert.ToHexString(packet.AsSpan(0, Math.Min(packet.Length, 64))));
            if (block == unchecked((ushort)(number - 1)))
                continue;
            Assert.Equal(unchecked((ushort)number), block);
            seen = packet;
            return payload.ToArray();
        }
    }

    /// <summary>Reads on to the end, block by block, from the given one.</summary>
    public byte[] Rest(int from, int blockSize)
    {
        var all = new List<byte>();
        for (var block = from; ; block++)
        {
            var payload = Block(block);
            all.AddRange(payload);
            Acknowledge(block);
            if (payload.Length < blockSize)
                return [.. all];
        }
    }

    public void Dispose() => socket.Dispose();
}
