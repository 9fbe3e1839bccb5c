using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Boot;

/// <summary>What a DHCP message is for (option 53).</summary>
public enum DhcpMessage
{
    /// <summary>Who gives me an address?</summary>
    Discover = 1,

    /// <summary>A server would give one.</summary>
    Offer = 2,

    /// <summary>The client takes it, or wants to keep it.</summary>
    Request = 3,

    /// <summary>The client found that another one has it.</summary>
    Decline = 4,

    /// <summary>It is the client's.</summary>
    Ack = 5,

    /// <summary>It is not.</summary>
    Nak = 6,

    /// <summary>The client gives it back.</summary>
    Release = 7,

    /// <summary>The client has an address and asks for the rest.</summary>
    Inform = 8,
}

/// <summary>A DHCP message of IPv4 over Ethernet (RFC 2131, 2132, 3396), as far as it tells of a boot.</summary>
/// <param name="Message">What it is for.</param>
/// <param name="Client">The client's Ethernet address, also in a server's answer.</param>
/// <param name="Transaction">The number that the client gave its question.</param>
/// <param name="Renewed">ciaddr: the address that the client has already; null for one that has none, such as a PC that starts.</param>
/// <param name="Facts">What it says.</param>
public sealed record DhcpPacket(DhcpMessage Message, MacAddress Client, uint Transaction, IPAddress? Renewed, DhcpFacts Facts)
{
    private const int ShortestPacket = 240;
    private const int ServerName = 44;
    private const int BootFileName = 108;
    private const int Cookie = 236;
    private const uint MagicCookie = 0x63825363;

    /// <summary>giaddr: the relay that the question came through; null for none.</summary>
    public IPAddress? Relay { get; init; }

    /// <summary>True for a message of a server.</summary>
    public bool IsAnswer => Message is DhcpMessage.Offer or DhcpMessage.Ack or DhcpMessage.Nak;

    /// <summary>Reads the payload of a UDP packet, which anybody can have sent.</summary>
    /// <returns>False for all that is no DHCP message of an Ethernet client, among it BOOTP without DHCP.</returns>
    public static bool TryParse(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out DhcpPacket? packet)
    {
        packet = null;
        if (payload.Length < ShortestPacket || payload[0] is not (1 or 2) || payload[1] != 1 || payload[2] != 6
            || BinaryPrimitives.ReadUInt32BigEndian(payload[Cookie..]) != MagicCookie)
        {
            return false;
        }

        var mac = BinaryPrimitives.ReadUInt64BigEndian(payload[26..]) & 0xffff_ffff_ffff;
        var options = ReadOptions(payload, out var fileIsFree);
        if (mac == 0 || (mac >> 40 & 1) == 1 || options.GetValueOrDefault(53) is not [>= 1 and <= 8 and var type]
            || ((DhcpMessage)type is DhcpMessage.Offer or DhcpMessage.Ack or DhcpMessage.Nak) != (payload[0] == 2))
        {
            return false;
        }

        var file = fileIsFree ? Text(payload.Slice(BootFileName, 128)) : "";
        var facts = new DhcpFacts
        {
            VendorClass = Text(options, 60).Split(':')[0],
            Architecture = options.GetValueOrDefault(93) is [var high, var low, ..] ? high << 8 | low : null,
            HostName = Text(options, 12),
            Group = Text(options, 40),
            ExtensionsPath = Text(options, 18),
            Server = options.GetValueOrDefault(54) is { Length: 4 } server ? Address(server) : null,
            NextServer = Address(payload.Slice(20, 4)) ?? AddressIn(Text(options, 66)),
            BootFile = file.Length > 0 ? file : Text(options, 67),
            Given = Address(payload.Slice(16, 4)),
        };
        packet = new DhcpPacket((DhcpMessage)type, new MacAddress(mac), BinaryPrimitives.ReadUInt32BigEndian(payload[4..]), Address(payload.Slice(12, 4)), facts)
        {
            Relay = Address(payload.Slice(24, 4)),
        };
        return true;
    }

    /// <summary>Options in the order that RFC 3396 reads them in: the field of options, then file and sname where option 52 lends them out.</summary>
    private static Dictionary<int, byte[]> ReadOptions(ReadOnlySpan<byte> payload, out bool fileIsFree)
    {
        var options = new Dictionary<int, byte[]>();
        ReadField(payload[ShortestPacket..], options);
        var overload = options.GetValueOrDefault(52) is [var lent] ? lent : 0;
        fileIsFree = (overload & 1) == 0;
        if (!fileIsFree)
            ReadField(payload.Slice(BootFileName, 128), options);
        if ((overload & 2) != 0)
            ReadField(payload.Slice(ServerName, 64), options);
        return options;
    }

    private static void ReadField(ReadOnlySpan<byte> field, Dictionary<int, byte[]> options)
    {
        while (field is [var code, .. var rest] && code != 255)
        {
            if (code == 0)
            {
                field = rest;
                continue;
            }

            if (rest is not [var length, .. var value] || length > value.Length)
                return; // cut off: what came before still counts
            // An option that comes again goes on where it stopped (RFC 3396).
            options[code] = [.. options.GetValueOrDefault(code, []), .. value[..length]];
            field = value[length..];
        }
    }

    private static string Text(Dictionary<int, byte[]> options, int code) => options.TryGetValue(code, out var value) ? Text(value) : "";

    /// <summary>Up to the first NUL; what is not printable ASCII becomes a question mark, so that nobody can write into logs or pages.</summary>
    private static string Text(ReadOnlySpan<byte> value)
    {
        var end = value.IndexOf((byte)0);
        var text = end < 0 ? value : value[..end];
        return string.Create(Math.Min(text.Length, byte.MaxValue), text, static (characters, bytes) =>
        {
            for (var i = 0; i < characters.Length; i++)
                characters[i] = bytes[i] is >= 0x20 and < 0x7f ? (char)bytes[i] : '?';
        }).Trim();
    }

    private static IPAddress? Address(ReadOnlySpan<byte> four) => four.IndexOfAnyExcept((byte)0) < 0 ? null : new IPAddress(four);

    // IPAddress.TryParse also takes "1" for 0.0.0.1.
    private static IPAddress? AddressIn(string text) =>
        text.Count(c => c == '.') == 3 && IPAddress.TryParse(text, out var address) ? address : null;
}
