using System.Net;
using System.Text;
using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Tests.Hosts;

public sealed class SubnetsCsvLeftOutTests
{
    [Theory]
    [InlineData(" 10.1.0.0/16;10.1.0.1;;;;;", HostProblem.NetworkRowNotRead)]
    [InlineData("\uFEFF10.1.0.0/16;10.1.0.1;;;;;", HostProblem.NetworkRowNotRead)]
    [InlineData("network;router;range1;range2;nameserver;nextserver;SETUP", HostProblem.NetworkRowNotRead)]
    [InlineData("10.1.0.0/16;10.2.0.1;;;;;", HostProblem.RowSkipped)]
    [InlineData("10.1.0.0/16;10.1.0.1;10.1.0.100;;;;", HostProblem.RangeNotUsed)]
    [InlineData("10.1.0.0/16;10.1.0.1;10.1.0.100;10.1.0.50;;;", HostProblem.RangeNotUsed)]
    [InlineData("10.1.0.0/16;10.1.0.1;;;;;Server", HostProblem.CellNotUsed)]
    [InlineData("10.1.0.0/16;10.1.0.1;;;;;SETUP;more", HostProblem.CellNotUsed)]
    [InlineData("\"10.1.0.0/16\";\"10.1.0.1\";\"\";\"\";\"\";\"\";\"SETUP\"", HostProblem.Quoted)]
    public void What_is_left_out_is_told(string row, HostProblem problem)
    {
        var csv = Read("10.0.0.0/16;10.0.0.1;;;;;\n" + row + "\n");
        Assert.False(csv.HasErrors);
        var issue = Assert.Single(csv.Issues);
        Assert.Equal((2, problem), (issue.Line, issue.Issue.Problem));
    }

    [Theory]
    [InlineData(" 10.1.0.0/16;10.1.0.1;;;;;")]
    [InlineData("10.1.0.0/16;10.2.0.1;;;;;")]
    public void A_network_whose_row_is_left_out_is_not_missing(string row) => Assert.Equal([IPNetwork.Parse("10.1.0.0/16")], Read(row).Unread);

    [Theory]
    [InlineData("\r")]
    [InlineData("\r\n")]
    public void All_line_endings_are_read(string ending) =>
        Assert.Equal(2, Read($"# head{ending}10.0.0.0/16;10.0.0.1;;;;;{ending}10.1.0.0/16;10.1.0.1;;;;;SETUP{ending}").Subnets.Count);

    private static SubnetsCsv Read(string text) => SubnetsCsv.Read(Encoding.UTF8.GetBytes(text));
}
