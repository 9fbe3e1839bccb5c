using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace LinboPortal.Infrastructure.Boot;

/// <summary>
/// A socket that sees the DHCP packets of all network cards in both directions, and takes none away from a DHCP server on this machine.
/// </summary>
internal static unsafe class DhcpSocket
{
    private const int EveryProtocol = 3; // ETH_P_ALL: with ETH_P_IP alone Linux keeps back what this machine sends
    private const int SocketLevel = 1;
    private const int AttachFilter = 26;
    private const int UdpHeader = 8;
    private const byte Udp = 17;

    /// <summary>IPv4, UDP, no later fragment, port 67 or 68 on either side. The addresses count from the IP header.</summary>
    private static readonly Instruction[] Filter =
    [
        new(0x28, 0, 0, 0xffff_f000), // ldh protocol, a word of the kernel beside the packet
        new(0x15, 0, 12, 0x0800),     // IPv4, else drop
        new(0x30, 0, 0, 9),           // ldb protocol of IP
        new(0x15, 0, 10, Udp),        // UDP, else drop
        new(0x28, 0, 0, 6),           // ldh fragment offset
        new(0x45, 8, 0, 0x1fff),      // a later fragment: drop
        new(0xb1, 0, 0, 0),           // ldx length of the IP header
        new(0x48, 0, 0, 0),           // ldh source port
        new(0x15, 4, 0, 67),
        new(0x15, 3, 0, 68),
        new(0x48, 0, 0, 2),           // ldh destination port
        new(0x15, 1, 0, 67),
        new(0x15, 0, 1, 68),
        new(0x06, 0, 0, 0xffff),      // take it
        new(0x06, 0, 0, 0),           // drop it
    ];

    /// <summary>Opens it in the network namespace of the calling thread.</summary>
    /// <exception cref="SocketException">The right is missing (CAP_NET_RAW), or the system has no such sockets.</exception>
    public static Socket Open()
    {
        // Nothing arrives before the filter is there: without a protocol the socket is deaf.
        var socket = new Socket(AddressFamily.Packet, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            fixed (Instruction* first = Filter)
            {
                var program = new Program { Length = (ushort)Filter.Length, First = first };
                socket.SetRawSocketOption(SocketLevel, AttachFilter, new ReadOnlySpan<byte>(&program, sizeof(Program)));
            }

            socket.Bind(new EveryCard());
            return socket;
        }
        catch (Exception)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The payload of an IPv4 UDP packet; empty where it is none.</summary>
    public static ReadOnlySpan<byte> PayloadOf(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < 20 || packet[0] >> 4 != 4 || packet[9] != Udp)
            return [];
        var header = (packet[0] & 0xf) * 4;
        // Short packets are padded to what Ethernet wants at least; the lengths tell what is theirs.
        var length = Math.Min(packet.Length, BinaryPrimitives.ReadUInt16BigEndian(packet[2..]));
        if (header < 20 || length < header + UdpHeader)
            return [];
        var datagram = packet[header..length];
        var told = BinaryPrimitives.ReadUInt16BigEndian(datagram[4..]);
        return told < UdpHeader ? [] : datagram[UdpHeader..Math.Min(told, datagram.Length)];
    }

    /// <summary><c>struct sockaddr_ll</c>: all cards, all protocols.</summary>
    private sealed class EveryCard : EndPoint
    {
        public override AddressFamily AddressFamily => AddressFamily.Packet;

        public override SocketAddress Serialize()
        {
            var address = new SocketAddress(AddressFamily.Packet, 20);
            address[3] = EveryProtocol;
            return address;
        }
    }

    /// <summary><c>struct sock_filter</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Instruction(ushort Code, byte IfTrue, byte IfFalse, uint Value);

    /// <summary><c>struct sock_fprog</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Program
    {
        public ushort Length;
        public Instruction* First;
    }
}
