using System.Buffers.Binary;
using System.Net;
using System.Runtime.CompilerServices;

namespace LinboPortal.Infrastructure.Boot.Tftp;

/// <summary>An Internet address in a form that costs nothing to compare: the bytes as they stand in the packet.</summary>
/// <param name="High">First half of an IPv6 address.</param>
/// <param name="Low">Second half, or the IPv4 address.</param>
/// <param name="Scope">Interface of a link-local IPv6 address; <see cref="V4"/> for IPv4.</param>
internal readonly record struct PeerAddress(ulong High, ulong Low, uint Scope)
{
    public const uint V4 = uint.MaxValue;

    public bool IsV4 => Scope == V4;

    /// <summary>fe80::/10, which needs its interface to be reached.</summary>
    public bool IsLinkLocal => !IsV4 && ((byte)High, (byte)(High >> 8) & 0xc0) == (0xfe, 0x80);

    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        var length = IsV4 ? 4 : 16;
        Unsafe.WriteUnaligned(ref bytes[0], IsV4 ? Low : High);
        Unsafe.WriteUnaligned(ref bytes[8], Low);
        return IsV4 ? new IPAddress(bytes[..length]) : new IPAddress(bytes, IsLinkLocal ? Scope : 0);
    }
}

/// <summary>A client: a transfer is known by the address and port that it came from (RFC 1350, 4).</summary>
internal readonly record struct Peer(PeerAddress Address, ushort Port)
{
    public const int LongestName = 28;
    private const ushort Inet = 2;
    private const ushort Inet6 = 10;

    /// <summary>Reads a <c>sockaddr</c>; false for what is neither IPv4 nor IPv6, or has port 0, to which nothing can be sent.</summary>
    public static unsafe bool TryRead(byte* name, out Peer peer)
    {
        var port = BinaryPrimitives.ReadUInt16BigEndian(new ReadOnlySpan<byte>(name + 2, 2));
        peer = *(ushort*)name switch
        {
            Inet => new Peer(new PeerAddress(0, *(uint*)(name + 4), PeerAddress.V4), port),
            Inet6 => new Peer(new PeerAddress(*(ulong*)(name + 8), *(ulong*)(name + 16), *(uint*)(name + 24)), port),
            _ => default,
        };
        return peer.Port != 0;
    }

    /// <summary>Writes a <c>sockaddr</c> and returns its length.</summary>
    public unsafe uint Write(byte* name)
    {
        BinaryPrimitives.WriteUInt16BigEndian(new Span<byte>(name + 2, 2), Port);
        if (Address.IsV4)
        {
            *(ushort*)name = Inet;
            *(uint*)(name + 4) = (uint)Address.Low;
            *(ulong*)(name + 8) = 0;
            return 16;
        }

        *(ushort*)name = Inet6;
        *(uint*)(name + 4) = 0;
        *(ulong*)(name + 8) = Address.High;
        *(ulong*)(name + 16) = Address.Low;
        *(uint*)(name + 24) = Address.Scope;
        return LongestName;
    }

    public override string ToString() => new IPEndPoint(Address.ToIPAddress(), Port).ToString();
}
