using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Tests.Hosts;

public sealed class MacAddressTests
{
    [Theory]
    [InlineData("52:54:00:aa:bb:01")]
    [InlineData("52-54-00-AA-BB-01")]
    [InlineData("5254.00aa.bb01")]
    [InlineData("525400AABB01")]
    [InlineData(" 525400aabb01 ")]
    public void Every_usual_spelling_is_read_and_written_with_colons(string text)
    {
        Assert.True(MacAddress.TryParse(text, out var mac));
        Assert.Equal("52:54:00:aa:bb:01", mac.ToString());
        Assert.Equal("52-54-00-aa-bb-01", mac.ToDashed());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("52:54:00:aa:bb")]
    [InlineData("52:54:00:aa:bb:01:02")]
    [InlineData("52:54-00:aa:bb:01")]
    [InlineData("52:5400:aabb:01")]
    [InlineData("5254.00aa:bb01")]
    [InlineData("52:54:00:aa:bb:0g")]
    [InlineData("00:00:00:00:00:00")]
    [InlineData("ff:ff:ff:ff:ff:ff")]
    [InlineData("01:00:5e:00:00:01")]
    public void What_no_PC_can_have_is_refused(string? text) => Assert.False(MacAddress.TryParse(text, out _));

    [Fact]
    public void Addresses_order_by_number() => Assert.True(MacAddress.Parse("52:54:00:00:00:09") < MacAddress.Parse("52:54:00:00:00:0a"));
}
