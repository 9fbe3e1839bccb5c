using System.Net;
using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Tests.Hosts;

public sealed class HostAddressTests
{
    [Theory]
    [InlineData("10.16.101.1", "10.16.101.1")]
    [InlineData(" 192.168.0.255 ", "192.168.0.255")]
    [InlineData("1.0.0.0", "1.0.0.0")]
    [InlineData("223.255.255.255", "223.255.255.255")]
    public void An_address_is_read(string text, string expected)
    {
        Assert.True(HostAddress.TryParse(text, out var address));
        Assert.Equal(expected, HostAddress.Format(address));
    }

    [Theory]
    [InlineData("DHCP")]
    [InlineData("dhcp")]
    [InlineData(" Dhcp ")]
    public void The_word_DHCP_means_no_fixed_address(string text)
    {
        Assert.True(HostAddress.TryParse(text, out var address));
        Assert.Null(address);
        Assert.Equal("DHCP", HostAddress.Format(address));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("10.16.101")]
    [InlineData("10.16.101.1.2")]
    [InlineData("10.16.101.256")]
    [InlineData("10.16.101.01")]
    [InlineData("010.16.101.1")]
    [InlineData("0x0a.1.1.1")]
    [InlineData("10.16.101.-1")]
    [InlineData("10.16.101. 1")]
    [InlineData("10.16..1")]
    [InlineData("0.0.0.0")]
    [InlineData("127.0.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("fe80::1")]
    [InlineData("168427777")]
    [InlineData("٣.1.1.1")]
    public void What_no_PC_can_have_is_refused(string? text) => Assert.False(HostAddress.TryParse(text, out _));

    [Fact]
    public void Counting_leaves_out_what_is_taken_and_the_ends_of_a_block()
    {
        var taken = IPAddress.Parse("10.0.1.1");
        var counted = HostAddress.CountFrom(IPAddress.Parse("10.0.0.254"), taken.Equals).Take(3).Select(a => a.ToString());
        Assert.Equal(["10.0.0.254", "10.0.1.2", "10.0.1.3"], counted);
    }

    [Fact]
    public void Counting_ends_before_multicast() =>
        Assert.Equal(["223.255.255.254"], HostAddress.CountFrom(IPAddress.Parse("223.255.255.254"), _ => false).Select(a => a.ToString()));

    [Fact]
    public void Addresses_and_numbers_are_the_same() =>
        Assert.Equal("10.16.101.1", HostAddress.FromNumber(HostAddress.ToNumber(IPAddress.Parse("10.16.101.1"))).ToString());
}
