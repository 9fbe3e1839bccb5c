using System.Text;
using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Tests.Hosts;

public sealed class SubnetsCsvTests
{
    [Fact]
    public void A_row_is_read()
    {
        var csv = Read("# network;router;...\n10.16.0.0/12;10.31.255.254;10.16.4.1;10.16.4.99;10.16.1.2;10.16.1.3;SETUP\n");
        Assert.Empty(csv.Issues);
        var subnet = Assert.Single(csv.Subnets);
        Assert.Equal("10.16.0.0/12", subnet.Network.ToString());
        Assert.Equal("10.31.255.254", subnet.Router.ToString());
        Assert.Equal(("10.16.4.1", "10.16.4.99"), (subnet.RangeFirst?.ToString(), subnet.RangeLast?.ToString()));
        Assert.Equal(("10.16.1.2", "10.16.1.3"), (subnet.NameServer?.ToString(), subnet.NextServer?.ToString()));
        Assert.True(subnet.IsSetup);
        Assert.Equal(("255.240.0.0", "10.31.255.255"), (subnet.Mask.ToString(), subnet.Broadcast.ToString()));
    }

    [Theory]
    [InlineData("192.168.5.0/24;192.168.5.1", "255.255.255.0", "192.168.5.255")]
    [InlineData("192.168.5.4/30;192.168.5.5;;;;;", "255.255.255.252", "192.168.5.7")]
    public void A_short_row_is_enough(string row, string mask, string broadcast)
    {
        var subnet = Assert.Single(Read(row).Subnets);
        Assert.Equal((mask, broadcast, false), (subnet.Mask.ToString(), subnet.Broadcast.ToString(), subnet.IsSetup));
        Assert.Null(subnet.RangeFirst);
    }

    [Theory]
    [InlineData("10.0.0.0/8;xx", HostField.Router, HostProblem.RowSkipped, 12)]
    [InlineData("10.0.0.0/8;", HostField.Router, HostProblem.RowSkipped, 12)]
    [InlineData("10.0.0.0/8;11.0.0.1", HostField.Router, HostProblem.RowSkipped, 12)]
    public void A_row_with_an_invalid_router_is_left_out(string row, HostField field, HostProblem problem, int column)
    {
        var csv = Read(row);
        Assert.Empty(csv.Subnets);
        Assert.False(csv.HasErrors);
        Assert.Equal((field, problem, column), (csv.Issues[0].Issue.Field, csv.Issues[0].Issue.Problem, csv.Issues[0].Column));
    }

    [Theory]
    [InlineData("10.0.0.0;10.0.0.1")]
    [InlineData("10.0.0.1/8;10.0.0.2")]
    [InlineData("10.0.0.0/33;10.0.0.1")]
    [InlineData("10.0.0.0/0;10.0.0.1")]
    [InlineData("10.0.0.0/255.0.0.0;10.0.0.1")]
    public void A_wrong_network_is_an_error(string row) => Assert.True(Read(row).HasErrors);

    [Fact]
    public void The_same_network_twice_is_an_error() => Assert.True(Read("10.0.0.0/8;10.0.0.1\n10.0.0.0/8;10.0.0.1").HasErrors);

    [Theory]
    [InlineData("10.0.0.9;10.0.0.1")]
    [InlineData("11.0.0.1;11.0.0.2")]
    [InlineData("10.0.0.9;")]
    [InlineData(";10.0.0.9")]
    [InlineData("x;10.0.0.9")]
    public void A_range_counts_only_with_both_ends(string range)
    {
        var subnet = Assert.Single(Read($"10.0.0.0/8;10.0.0.1;{range};;").Subnets);
        Assert.Null(subnet.RangeFirst);
        Assert.Null(subnet.RangeLast);
    }

    [Fact]
    public void Positions_follow_the_file() =>
        Assert.Equal([0, 1], Read("10.0.0.0/16;10.0.0.1\n#\n10.1.0.0/16;10.1.0.1\n").Subnets.Select(s => s.Position));

    private static SubnetsCsv Read(string text) => SubnetsCsv.Read(Encoding.UTF8.GetBytes(text));
}
