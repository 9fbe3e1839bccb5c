using System.Buffers.Binary;
using System.Net;
using System.Text;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Hosts;

namespace LinboPortal.Testing;

/// <summary>DHCP messages as PCs and servers send them.</summary>
public sealed class DhcpSample(DhcpMessage message, string mac = "52:54:00:77:00:01", uint transaction = 0x3903f326)
{
    private readonly byte[] header = new byte[240];
    private readonly List<byte> options = [];

    public DhcpSample With(byte code, params byte[] value)
    {
        options.Add(code);
        options.Add((byte)value.Length);
        options.AddRange(value);
        return this;
    }

    public DhcpSample With(byte code, string text) => With(code, Encoding.Latin1.GetBytes(text));

    public DhcpSample With(byte code, IPAddress address) => With(code, address.GetAddressBytes());

    /// <summary>Bytes without code and length: padding, nonsense.</summary>
    public DhcpSample Raw(params byte[] bytes)
    {
        options.AddRange(bytes);
        return this;
    }

    public DhcpSample Header(int at, params ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(header.AsSpan(at));
        return this;
    }

    public DhcpSample Given(string address) => Header(16, IPAddress.Parse(address).GetAddressBytes());

    public DhcpSample Renewed(string address) => Header(12, IPAddress.Parse(address).GetAddressBytes());

    public byte[] ToBytes()
    {
        var isAnswer = message is DhcpMessage.Offer or DhcpMessage.Ack or DhcpMessage.Nak;
        header[0] = (byte)(isAnswer ? 2 : 1);
        header[1] = 1;
        header[2] = 6;
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), transaction);
        Span<byte> address = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(address, MacAddress.Parse(mac).Value);
        address[2..].CopyTo(header.AsSpan(28));
        new byte[] { 99, 130, 83, 99 }.CopyTo(header, 236);
        return [.. header, 53, 1, (byte)message, .. options, 255];
    }

    public DhcpPacket ToPacket() => DhcpPacket.TryParse(ToBytes(), out var packet) ? packet : throw new InvalidOperationException("no DHCP");
}
