using System.Net;
using LinboPortal.Monitoring.Metrics;

namespace LinboPortal.Tests.Monitoring;

public sealed class MetricsAddressTests
{
    private static readonly IPAddress[] Own = [.. new[] { "127.0.0.1", "10.0.0.2", "172.31.254.2", "fd00::2", "fd00::3" }.Select(IPAddress.Parse)];

    [Theory]
    [InlineData(null, "0.0.0.0")]
    [InlineData("", "0.0.0.0")]
    [InlineData("172.31.254.0/29", "172.31.254.2")]
    [InlineData("10.0.0.2", "10.0.0.2")]
    [InlineData("fd00::2", "fd00::2")]
    public void The_port_is_opened_where_the_setting_says(string? setting, string expected) =>
        Assert.Equal(IPAddress.Parse(expected), MetricsAddress.Choose(setting, Own));

    [Theory]
    [InlineData("172.31.253.0/29", "no address in '172.31.253.0/29'; it has 127.0.0.1, 10.0.0.2")]
    [InlineData("fd00::/64", "several addresses in 'fd00::/64': fd00::2, fd00::3")]
    [InlineData("prometheus", "'prometheus' is neither an address nor a network")]
    public void A_network_that_the_machine_is_not_in_stops_the_start_and_the_message_says_why(string setting, string why)
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => MetricsAddress.Choose(setting, Own));

        Assert.StartsWith("Monitoring:Metrics:Address: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_machine_knows_its_own_addresses() => Assert.Contains(IPAddress.Loopback, MetricsAddress.Own());
}
