using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace LinboPortal.Core.Boot;

/// <summary>
/// Reads and writes TFTP packets (RFC 1350, 2347). Reading never throws: what is no legal packet is refused with
/// false. Nothing here allocates, but for the texts of a request or an error.
/// </summary>
public static class TftpPacket
{
    /// <summary>Bytes before the payload of a data packet: opcode and block number.</summary>
    public const int HeaderLength = 4;

    /// <summary>Longest request that is read, in bytes. RFC 2347 allows 512; some firmware adds padding.</summary>
    public const int LongestRequest = 1024;

    /// <summary>Longest file name in bytes.</summary>
    public const int LongestName = 512;

    private const int MostOptions = 16;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Kind of the packet; <see cref="TftpOpcode.None"/> for what is none.</summary>
    /// <param name="packet">A datagram.</param>
    public static TftpOpcode Opcode(ReadOnlySpan<byte> packet) =>
        packet.Length >= 2 && packet[0] == 0 && packet[1] is >= 1 and <= 6 ? (TftpOpcode)packet[1] : TftpOpcode.None;

    /// <summary>
    /// Reads a read or write request, also as firmware garbles it: a name with the end mark of DHCP's options (0xFF) and what lies behind it, with
    /// backslashes, with blanks or line ends behind it; a last NUL that is missing.
    /// </summary>
    /// <param name="packet">A datagram.</param>
    /// <param name="request">The request, where true is returned.</param>
    public static bool TryReadRequest(ReadOnlySpan<byte> packet, out TftpRequest request)
    {
        request = null!;
        var opcode = Opcode(packet);
        if (opcode is not (TftpOpcode.Read or TftpOpcode.Write) || packet.Length > LongestRequest)
            return false;
        var rest = packet[2..];
        if (!TryTake(ref rest, out var name) || CutName(name) is not { Length: > 0 and <= LongestName } cut || !TryText(cut, out var fileName))
            return false;
        // Behind the end mark there may be more than one NUL.
        while (cut.Length < name.Length && rest is [0, ..])
            rest = rest[1..];
        var unended = rest;
        if (!TryTake(ref rest, out var mode))
            mode = unended;
        if (unended.IsEmpty)
            return false;

        request = new(opcode is TftpOpcode.Write, fileName.Replace('\\', '/'), ModeOf(mode), ReadOptions(rest));
        return true;
    }

    /// <summary>The name in a request that could not be read, for people: what is not printable is escaped, what is long is cut.</summary>
    /// <param name="packet">A datagram.</param>
    public static string ShownName(ReadOnlySpan<byte> packet)
    {
        const int Longest = 120;
        var name = packet.Length > 2 ? packet[2..] : default;
        name = name.IndexOf((byte)0) is >= 0 and var end ? name[..end] : name;
        var shown = new StringBuilder();
        foreach (var value in name[..Math.Min(name.Length, Longest)])
            shown.Append(value is > 31 and < 127 and not (byte)'\\' ? ((char)value).ToString() : $"\\x{value:x2}");
        return shown.Append(name.Length > Longest ? "…" : "").ToString();
    }

    /// <summary>Reads an acknowledgement.</summary>
    /// <param name="packet">A datagram.</param>
    /// <param name="block">Number of the acknowledged block, modulo 65536.</param>
    public static bool TryReadAck(ReadOnlySpan<byte> packet, out ushort block)
    {
        block = 0;
        // Longer ones are accepted: firmware pads to the smallest Ethernet frame.
        if (packet.Length < HeaderLength || Opcode(packet) is not TftpOpcode.Acknowledgement)
            return false;
        block = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        return true;
    }

    /// <summary>Reads a data packet.</summary>
    /// <param name="packet">A datagram.</param>
    /// <param name="block">Number of the block, modulo 65536.</param>
    /// <param name="payload">The block's bytes, inside the packet.</param>
    public static bool TryReadData(ReadOnlySpan<byte> packet, out ushort block, out ReadOnlySpan<byte> payload)
    {
        block = 0;
        payload = default;
        if (packet.Length < HeaderLength || Opcode(packet) is not TftpOpcode.Data)
            return false;
        block = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        payload = packet[HeaderLength..];
        return true;
    }

    /// <summary>Reads an error. The text is cut to 200 characters and freed of control characters.</summary>
    /// <param name="packet">A datagram.</param>
    /// <param name="code">The code; unknown ones become <see cref="TftpErrorCode.Undefined"/>.</param>
    /// <param name="message">Whatever the other side wrote.</param>
    public static bool TryReadError(ReadOnlySpan<byte> packet, out TftpErrorCode code, out string message)
    {
        code = TftpErrorCode.Undefined;
        message = "";
        if (packet.Length < HeaderLength || Opcode(packet) is not TftpOpcode.Error)
            return false;
        var number = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        code = number <= (int)TftpErrorCode.OptionsRefused ? (TftpErrorCode)number : TftpErrorCode.Undefined;
        var text = packet[HeaderLength..];
        var end = text.IndexOf((byte)0);
        text = end >= 0 ? text[..end] : text;
        message = string.Concat(Encoding.UTF8.GetString(text[..Math.Min(text.Length, 200)])
            .Select(character => char.IsControl(character) ? ' ' : character));
        return true;
    }

    /// <summary>Reads an acknowledgement of options; the tsize told by the server goes to <paramref name="size"/>.</summary>
    /// <param name="packet">A datagram.</param>
    /// <param name="options">The acknowledged options.</param>
    /// <param name="size">Size of the file, or null.</param>
    public static bool TryReadOptionAck(ReadOnlySpan<byte> packet, out TftpRequestOptions options, out long? size)
    {
        options = default;
        size = null;
        if (Opcode(packet) is not TftpOpcode.OptionAcknowledgement)
            return false;
        var rest = packet[2..];
        while (TryTake(ref rest, out var name) && TryTake(ref rest, out var value))
        {
            options = options.With(name, value);
            if (Ascii.EqualsIgnoreCase(name, "tsize"u8) && Utf8Parser.TryParse(value, out long told, out _))
                size = told;
        }

        return true;
    }

    /// <summary>Writes the first four bytes of a data packet.</summary>
    /// <param name="target">At least four bytes.</param>
    /// <param name="block">Block number, counted on beyond 65535; the wire carries its low 16 bits.</param>
    public static void WriteDataHeader(Span<byte> target, long block)
    {
        BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)TftpOpcode.Data);
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], unchecked((ushort)block));
    }

    /// <summary>Writes an acknowledgement and returns its length.</summary>
    /// <param name="target">At least four bytes.</param>
    /// <param name="block">Block number, counted on beyond 65535.</param>
    public static int WriteAck(Span<byte> target, long block)
    {
        BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)TftpOpcode.Acknowledgement);
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], unchecked((ushort)block));
        return HeaderLength;
    }

    /// <summary>Writes an error and returns its length; a text that does not fit is cut.</summary>
    /// <param name="target">At least five bytes.</param>
    /// <param name="code">The code.</param>
    /// <param name="message">The text, for people.</param>
    public static int WriteError(Span<byte> target, TftpErrorCode code, string message)
    {
        BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)TftpOpcode.Error);
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)code);
        Utf8Cut(message, target[HeaderLength..^1], out var written);
        target[HeaderLength + written] = 0;
        return HeaderLength + written + 1;
    }

    private static void Utf8Cut(string text, Span<byte> target, out int written) =>
        System.Text.Unicode.Utf8.FromUtf16(text, target, out _, out written);

    private static TftpMode ModeOf(ReadOnlySpan<byte> mode) =>
        Ascii.EqualsIgnoreCase(mode, "octet"u8) ? TftpMode.Octet
        : Ascii.EqualsIgnoreCase(mode, "netascii"u8) ? TftpMode.Netascii
        : TftpMode.Unsupported;

    private static TftpRequestOptions ReadOptions(ReadOnlySpan<byte> rest)
    {
        var options = default(TftpRequestOptions);
        // An empty name is padding; a name without a value is as if not sent.
        for (var i = 0; i < MostOptions && TryTake(ref rest, out var name) && !name.IsEmpty
            && TryTake(ref rest, out var value); i++)
            options = options.With(name, value);
        return options;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> text)
    {
        var end = rest.IndexOf((byte)0);
        text = end < 0 ? default : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return end >= 0;
    }

    private static ReadOnlySpan<byte> CutName(ReadOnlySpan<byte> name)
    {
        var end = name.IndexOf((byte)0xff);
        return (end < 0 ? name : name[..end]).TrimEnd(" \t\r\n"u8);
    }

    private static bool TryText(ReadOnlySpan<byte> bytes, out string text)
    {
        text = "";
        if (bytes.IndexOfAnyInRange((byte)0, (byte)31) >= 0 || !System.Text.Unicode.Utf8.IsValid(bytes))
            return false;
        text = StrictUtf8.GetString(bytes);
        return true;
    }
}
