using System.Net;
using System.Text;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Hosts;
using LinboPortal.Testing;

namespace LinboPortal.Core.Tests.Boot;

public class DhcpPacketTests
{
    private static readonly IPAddress Server = IPAddress.Parse("10.77.0.1");

    [Fact]
    public void A_firmware_tells_what_it_is()
    {
        var packet = new DhcpSample(DhcpMessage.Discover).With(60, "PXEClient:Arch:00007:UNDI:003016").With(93, 0, 7).With(55, 1, 3, 66, 67).ToPacket();

        Assert.Equal(DhcpMessage.Discover, packet.Message);
        Assert.Equal(MacAddress.Parse("52:54:00:77:00:01"), packet.Client);
        Assert.Equal(0x3903f326u, packet.Transaction);
        Assert.Equal(("PXEClient", 7), (packet.Facts.VendorClass, packet.Facts.Architecture));
        Assert.True(packet.Facts.IsFirmware);
        Assert.False(packet.IsAnswer);
        Assert.Null(packet.Renewed);
        Assert.Equal("vendor=PXEClient arch=7", packet.Facts.ToString());
    }

    [Fact]
    public void A_server_tells_what_it_gives()
    {
        var packet = new DhcpSample(DhcpMessage.Ack).Given("10.77.0.101").Header(20, 10, 77, 0, 2).With(54, Server).With(12, "r101-pc01").With(40, "lab1")
            .With(18, "lab1").With(67, "boot/grub/i386-pc/core.0").ToPacket();

        Assert.True(packet.IsAnswer);
        Assert.Equal(
            new DhcpFacts
            {
                Given = IPAddress.Parse("10.77.0.101"),
                Server = Server,
                NextServer = IPAddress.Parse("10.77.0.2"),
                HostName = "r101-pc01",
                Group = "lab1",
                ExtensionsPath = "lab1",
                BootFile = "boot/grub/i386-pc/core.0",
            },
            packet.Facts);
        Assert.Equal(packet.Facts, DhcpFacts.Parse(packet.Facts.ToString()));
    }

    [Fact]
    public void The_file_field_goes_before_option_67() =>
        Assert.Equal("core.efi", new DhcpSample(DhcpMessage.Offer).Header(108, "core.efi"u8).With(67, "other").ToPacket().Facts.BootFile);

    [Fact]
    public void A_file_field_without_an_end_is_read_to_its_end() =>
        Assert.Equal(new string('x', 128), new DhcpSample(DhcpMessage.Offer).Header(108, Encoding.ASCII.GetBytes(new string('x', 128))).ToPacket().Facts.BootFile);

    [Theory]
    [InlineData("10.77.0.9", "10.77.0.9")]
    [InlineData("10.77.0.9\0", "10.77.0.9")]
    [InlineData("server.linuxmuster.lan", null)]
    [InlineData("9", null)]
    [InlineData("", null)]
    public void Option_66_is_the_next_server_where_it_is_an_address(string text, string? expected) =>
        Assert.Equal(expected, new DhcpSample(DhcpMessage.Offer).With(66, text).ToPacket().Facts.NextServer?.ToString());

    [Fact]
    public void Options_may_lie_in_the_file_field()
    {
        var packet = new DhcpSample(DhcpMessage.Offer).With(52, 1).Header(108, [40, 4, .. "lab1"u8, 255]).With(67, "core.0").ToPacket();

        Assert.Equal(("lab1", "core.0"), (packet.Facts.Group, packet.Facts.BootFile));
    }

    [Fact]
    public void Options_may_lie_in_the_field_of_the_servers_name()
    {
        var packet = new DhcpSample(DhcpMessage.Offer).With(52, 2).Header(44, [18, 4, .. "lab1"u8, 255]).Header(108, "core.0"u8).ToPacket();

        Assert.Equal(("lab1", "core.0"), (packet.Facts.ExtensionsPath, packet.Facts.BootFile));
    }

    [Fact]
    public void Options_may_lie_in_both_fields()
    {
        var packet = new DhcpSample(DhcpMessage.Offer).With(52, 3).Header(44, [18, 1, .. "b"u8, 255]).Header(108, [18, 1, .. "a"u8, 255]).ToPacket();

        Assert.Equal("ab", packet.Facts.ExtensionsPath);
    }

    [Fact]
    public void The_fields_are_no_options_where_nobody_lent_them() =>
        Assert.Equal("", new DhcpSample(DhcpMessage.Offer).Header(44, [18, 4, .. "lab1"u8, 255]).ToPacket().Facts.ExtensionsPath);

    [Fact]
    public void An_option_that_comes_twice_is_one() =>
        Assert.Equal("http://server/file", new DhcpSample(DhcpMessage.Offer).With(67, "http://ser").With(67, "ver/file").ToPacket().Facts.BootFile);

    [Fact]
    public void Padding_is_skipped_and_nothing_is_read_after_the_end()
    {
        var packet = new DhcpSample(DhcpMessage.Offer).Raw(0, 0, 0).With(12, "pc1").Raw(255).With(40, "lab1").ToPacket();

        Assert.Equal(("pc1", ""), (packet.Facts.HostName, packet.Facts.Group));
    }

    [Fact]
    public void An_option_that_is_cut_off_leaves_those_before() =>
        Assert.Equal("pc1", new DhcpSample(DhcpMessage.Offer).With(12, "pc1").Raw(40, 200, 1, 2).ToPacket().Facts.HostName);

    [Fact]
    public void What_is_not_printable_is_not_printed() =>
        Assert.Equal("pc?1?[31m", new DhcpSample(DhcpMessage.Discover).With(12, "pc\n1\u001b[31m\0rest").ToPacket().Facts.HostName);

    [Theory]
    [InlineData(new byte[0], null)]
    [InlineData(new byte[] { 7 }, null)]
    [InlineData(new byte[] { 0, 0 }, 0)]
    [InlineData(new byte[] { 0, 16 }, 16)]
    [InlineData(new byte[] { 0, 7, 0, 9 }, 7)]
    public void The_architecture_is_the_first_of_the_list(byte[] value, int? expected) =>
        Assert.Equal(expected, new DhcpSample(DhcpMessage.Discover).With(93, value).ToPacket().Facts.Architecture);

    [Fact]
    public void A_server_identifier_of_another_length_is_none() =>
        Assert.Null(new DhcpSample(DhcpMessage.Ack).With(54, 10, 77).ToPacket().Facts.Server);

    [Fact]
    public void A_client_that_has_an_address_says_so() =>
        Assert.Equal("10.77.0.101", new DhcpSample(DhcpMessage.Request).Renewed("10.77.0.101").ToPacket().Renewed?.ToString());

    [Theory]
    [InlineData(0, 3)] // neither request nor reply
    [InlineData(1, 6)] // not Ethernet
    [InlineData(2, 16)] // an address of another length
    [InlineData(236, 0)] // not DHCP
    [InlineData(28, 0xff)] // a multicast address
    [InlineData(242, 9)] // a message that does not exist
    [InlineData(242, 0)]
    [InlineData(242, 2)] // an offer that a client sends
    [InlineData(240, 0)] // no message type at all: BOOTP, and nonsense after it
    public void What_is_no_DHCP_is_refused(int at, byte value)
    {
        var bytes = new DhcpSample(DhcpMessage.Discover).ToBytes();
        bytes[at] = value;

        Assert.False(DhcpPacket.TryParse(bytes, out _));
    }

    [Fact]
    public void A_packet_that_is_cut_off_anywhere_breaks_nothing()
    {
        var bytes = new DhcpSample(DhcpMessage.Offer).With(52, 3).With(60, "PXEClient").With(93, 0, 7).With(54, Server).With(67, "core.0").ToBytes();

        for (var length = 0; length < bytes.Length; length++)
            Assert.Equal(length >= 243, DhcpPacket.TryParse(bytes.AsSpan(0, length), out _));
    }

    [Fact]
    public void No_noise_breaks_anything()
    {
        var random = new Random(67);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new DhcpSample((DhcpMessage)random.Next(1, 9)).With(52, (byte)random.Next(4)).With(12, "pc1").With(67, "core.0").With(93, 0, 7).ToBytes();
            foreach (var _ in Enumerable.Range(0, random.Next(1, 40)))
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (DhcpPacket.TryParse(bytes, out var packet))
                Assert.All(packet.Facts.ToString(), c => Assert.InRange(c, ' ', '~'));
        }
    }
}
