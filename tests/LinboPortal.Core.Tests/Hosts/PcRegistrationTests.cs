using System.Net;
using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Tests.Hosts;

public sealed class PcRegistrationTests
{
    [Fact]
    public void A_line_of_LINBOs_menu_is_read_and_given_back()
    {
        const string Line = "r101;r101-pc07;win10;52:54:00:12:34:56;10.16.1.7;;;;classroom-studentcomputer;;1";
        Assert.True(PcRegistration.TryParse(Line + "\n", out var read));
        Assert.Equal(("r101", "r101-pc07", "win10", IPAddress.Parse("10.16.1.7")), (read.Room, read.Name, read.Group, read.Address));
        Assert.Equal(Line, read.ToString(), ignoreCase: true);
    }

    [Theory]
    [InlineData("r1;pc1;g;52:54:00:12:34:56;DHCP;;;;faculty-teachercomputer;;1", "faculty-teachercomputer")]
    [InlineData("r1;pc1;g;52:54:00:12:34:56;DHCP;;;;root;;1", "")]
    [InlineData("r1;pc1;g;52:54:00:12:34:56", "")]
    public void Without_an_address_it_is_DHCP_and_an_unknown_role_is_none(string line, string role)
    {
        Assert.True(PcRegistration.TryParse(line, out var read));
        Assert.Null(read.Address);
        Assert.Equal(role, read.Role);
    }

    [Theory]
    [InlineData("")]
    [InlineData("r1;pc1;g")]
    [InlineData("r1;;g;52:54:00:12:34:56;DHCP")]
    [InlineData("r1;pc 1;g;52:54:00:12:34:56;DHCP")]
    [InlineData("r1;../pc1;g;52:54:00:12:34:56;DHCP")]
    [InlineData("r1;<script>;g;52:54:00:12:34:56;DHCP")]
    [InlineData("r1;pc1;g;not a mac;DHCP")]
    public void What_names_no_PC_is_no_proposal(string line) => Assert.False(PcRegistration.TryParse(line, out _));

    [Fact]
    public void A_room_or_group_that_cannot_be_is_left_out()
    {
        Assert.True(PcRegistration.TryParse("r1;evil\u0007;g", out _) is false);
        Assert.True(PcRegistration.TryParse("$(halt);pc1;a;b;52:54:00:12:34:56", out _) is false);
        Assert.True(PcRegistration.TryParse("$(halt);pc1;`x`;52:54:00:12:34:56;1.2.3", out var read));
        Assert.Equal(("", "", null), (read.Room, read.Group, read.Address));
    }
}
