using LinboPortal.Core.Hosts;
using LinboPortal.Core.Remote;

namespace LinboPortal.Core.Tests.Remote;

public sealed class MagicPacketTests
{
    [Fact]
    public void It_is_six_times_255_and_sixteen_times_the_address()
    {
        var packet = MagicPacket.For(MacAddress.Parse("52:54:00:aa:bb:01"));
        Assert.Equal(102, packet.Length);
        Assert.Equal("FFFFFFFFFFFF" + string.Concat(Enumerable.Repeat("525400AABB01", 16)), Convert.ToHexString(packet));
    }
}
