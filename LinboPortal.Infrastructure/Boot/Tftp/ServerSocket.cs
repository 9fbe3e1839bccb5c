using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace LinboPortal.Infrastructure.Boot.Tftp;

/// <summary>One UDP socket with its batches. Many transfers share it.</summary>
internal sealed class ServerSocket : IDisposable
{
    // Room for the answers of a school that boots at once; the kernel's default holds about 250.
    private const int BufferBytes = 4 * 1024 * 1024;

    private const int SocketLevel = 1;
    private const int SendBufferForce = 32;
    private const int ReceiveBufferForce = 33;
    private const int Ip = 0;
    private const int IpPacketInfo = 8;
    private const int IpMtuDiscover = 10;
    private const int Ipv6 = 41;
    private const int Ipv6MtuDiscover = 23;
    private const int Ipv6ReceivePacketInfo = 49;

    private const int Udp = 17;
    private const int UdpGro = 104;

    private readonly Socket socket;

    /// <summary>Binds to all addresses of one family.</summary>
    /// <exception cref="SocketException">The port is taken or forbidden, or the family is not there.</exception>
    public ServerSocket(AddressFamily family, int port, bool takesRequests)
    {
        TakesRequests = takesRequests;
        socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        try
        {
            Configure(family, takesRequests);
            socket.Bind(new IPEndPoint(family is AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, port));
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }

        Descriptor = (int)socket.SafeHandle.DangerousGetHandle();
        Out = new SendBatch(Descriptor);
    }

    public int Descriptor { get; }

    public int Port => ((IPEndPoint)socket.LocalEndPoint!).Port;

    /// <summary>True for the port that requests come to.</summary>
    public bool TakesRequests { get; }

    public AddressFamily Family => socket.AddressFamily;

    /// <summary>What is to be sent from here next.</summary>
    public SendBatch Out { get; }

    /// <summary>Takes consecutive datagrams of one sender in one piece where the kernel has them so (UDP_GRO): for the load of the benchmarks.</summary>
    public void MergeReceived() => Set(Udp, UdpGro, 1);

    public void Dispose()
    {
        Out.Dispose();
        socket.Dispose();
    }

    private void Configure(AddressFamily family, bool takesRequests)
    {
        if (family is AddressFamily.InterNetworkV6)
        {
            socket.DualMode = false;
            Set(Ipv6, Ipv6MtuDiscover, 0);
            if (takesRequests)
                Set(Ipv6, Ipv6ReceivePacketInfo, 1);
        }
        else
        {
            // Blocks larger than a packet are cut up, whatever somebody on the way once said about its MTU.
            Set(Ip, IpMtuDiscover, 0);
            if (takesRequests)
                Set(Ip, IpPacketInfo, 1);
        }

        Grow(SendBufferForce, SocketOptionName.SendBuffer);
        Grow(ReceiveBufferForce, SocketOptionName.ReceiveBuffer);
    }

    // Beyond the system's limit needs a right of its own; without it the limit must do.
    private void Grow(int forced, SocketOptionName plain)
    {
        try
        {
            Set(SocketLevel, forced, BufferBytes);
        }
        catch (SocketException)
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, plain, BufferBytes);
        }
    }

    private void Set(int level, int name, int value) =>
        socket.SetRawSocketOption(level, name, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value)));
}
