using System.Diagnostics;
using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Tests.Hosts;

public sealed class DhcpStatementsTests
{
    public static TheoryData<string, bool> Cells => new()
    {
        { "next-server 10.0.0.5", true },
        { "next-server boot.schule.example", true },
        { "filename \"x.img\"", true },
        { "filename \"a,b.img\"", true },
        { "option host-name \"other\"", true },
        { "option time-offset -3600", true },
        { "option domain-search \"a.example\", \"b.example\"", true },
        { "option dhcp-client-identifier 01:52:54:00", true },
        { "deny booting", true },
        { "OPTION Routers 10.0.0.1", true },
        { "optional text", false },
        { "Drucker im Flur", false },
        { "filename x.img", false },
        { "filename", false },
        { "next-server 10.0.0", false },
        { "next-server 10.0.0.300", false },
        { "option subnet-mask 1.2.3.400", false },
        { "option foo 1", false },
        { "option routers \"a\"", false },
        { "option interface-mtu 99999", false },
        { "option default-ip-ttl 300", false },
        { "default-lease-time soon", false },
        { "default-lease-time 99999999999", false },
        { "fixed-address 10.0.0.3", false },
        { "hardware ethernet 52:54:00:00:00:01", false },
        { "filename \"x\"; } host y {", false },
        { "filename \"x", false },
        { "filename \"ä.img\"", false },
        { "", true },
    };

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task A_cell_is_a_statement_where_dhcpd_itself_takes_it(string cell, bool isGood)
    {
        var read = DhcpStatements.Read(cell);
        Assert.Equal(isGood, read.All(s => s.Problem is null));
        if (isGood)
            await TestByDhcpdAsync(read.Select(s => s.Text));
    }

    [Fact]
    public Task Every_statement_that_is_known_is_one_to_dhcpd() => TestByDhcpdAsync(DhcpStatements.Examples());

    [Fact]
    public void Addresses_behind_a_comma_belong_to_the_option_before_them() => Assert.Equal(
        [
            new DhcpStatement("option domain-name-servers 10.0.0.1, 10.0.0.2", null), new DhcpStatement("next-server 10.0.0.5", null),
            new DhcpStatement("10.0.0.6", DhcpStatementProblem.Unknown),
        ],
        DhcpStatements.Read("option domain-name-servers 10.0.0.1,10.0.0.2, next-server 10.0.0.5,10.0.0.6"));

    private static async Task TestByDhcpdAsync(IEnumerable<string> statements)
    {
        const string dhcpd = "/usr/sbin/dhcpd";
        if (!File.Exists(dhcpd))
            return; // what the rules themselves say is tested without it
        var file = Path.GetTempFileName();
        try
        {
            var text = $"subnet 10.0.0.0 netmask 255.0.0.0 {{}}\nhost pc {{ hardware ethernet 52:54:00:00:00:01;\n{string.Concat(statements.Select(s => $"{s};\n"))}}}\n";
            await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
            using var process = Process.Start(new ProcessStartInfo(dhcpd, ["-t", "-cf", file]) { RedirectStandardError = true })!;
            var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, errors);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
