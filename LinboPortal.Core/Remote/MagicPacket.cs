using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Remote;

/// <summary>What wakes a PC: six times 255, then sixteen times its Ethernet address.</summary>
public static class MagicPacket
{
    /// <summary>Bytes of a packet.</summary>
    public const int Length = 102;

    /// <summary>The packet for a PC.</summary>
    public static byte[] For(MacAddress mac)
    {
        var packet = new byte[Length];
        packet.AsSpan(0, 6).Fill(0xff);
        for (var i = 6; i < Length; i++)
            packet[i] = (byte)(mac.Value >> (40 - 8 * (i % 6)));
        return packet;
    }
}
