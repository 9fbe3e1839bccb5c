namespace LinboPortal.Infrastructure.Boot.Tftp;

/// <summary>
/// What travels beside a datagram (<c>struct cmsghdr</c>): the address that a request came to, the address that an answer leaves from, and into which
/// lengths the kernel cuts a run of blocks.
/// </summary>
internal static unsafe class ControlData
{
    public const int Longest = 64;

    private const int Head = 16;
    private const int Ip = 0;
    private const int IpPacketInfo = 8;
    private const int Ipv6 = 41;
    private const int Ipv6PacketInfo = 50;
    private const int Udp = 17;
    private const int UdpSegment = 103;

    /// <summary>Reads the address that the datagram came to.</summary>
    public static bool TryRead(byte* control, nuint length, out PeerAddress asked)
    {
        asked = default;
        for (var at = control; at + Head <= control + length; at += Aligned(*(nuint*)at))
        {
            var size = *(nuint*)at;
            if (size < Head)
                return false;
            switch (*(int*)(at + 8), *(int*)(at + 12))
            {
                case (Ip, IpPacketInfo):
                    // ipi_spec_dst: our own address, also where the request went to a broadcast address.
                    asked = new PeerAddress(0, *(uint*)(at + Head + 4), PeerAddress.V4);
                    return true;
                case (Ipv6, Ipv6PacketInfo):
                    asked = new PeerAddress(*(ulong*)(at + Head), *(ulong*)(at + Head + 8), *(uint*)(at + Head + 16));
                    return true;
            }
        }

        return false;
    }

    /// <summary>Writes the address to answer from and the segment length (0 = none); returns how long that became.</summary>
    public static nuint Write(byte* control, PeerAddress source, ushort segment)
    {
        var at = control;
        if (source.IsV4)
        {
            Begin(at, 12, Ip, IpPacketInfo);
            *(int*)(at + Head) = 0;
            *(uint*)(at + Head + 4) = (uint)source.Low;
            *(uint*)(at + Head + 8) = 0;
        }
        else
        {
            Begin(at, 20, Ipv6, Ipv6PacketInfo);
            *(ulong*)(at + Head) = source.High;
            *(ulong*)(at + Head + 8) = source.Low;
            *(uint*)(at + Head + 16) = source.IsLinkLocal ? source.Scope : 0;
        }

        at += Aligned(*(nuint*)at);
        if (segment > 0)
        {
            Begin(at, sizeof(ushort), Udp, UdpSegment);
            *(ushort*)(at + Head) = segment;
            at += Aligned(*(nuint*)at);
        }

        return (nuint)(at - control);
    }

    private static void Begin(byte* at, int payload, int level, int kind)
    {
        *(nuint*)at = (nuint)(Head + payload);
        *(int*)(at + 8) = level;
        *(int*)(at + 12) = kind;
    }

    private static nuint Aligned(nuint length) => (length + 7) & ~(nuint)7;
}
