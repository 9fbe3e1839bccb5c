using System.Net;
using LinboPortal.Core.Accounts;

namespace LinboPortal.Tests.Boot;

public sealed class DhcpApiTests(PortalFactory portal) : IClassFixture<PortalFactory>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("isc", "server-identifier 127.0.0.1;")]
    [InlineData("kea", "\"dhcp-server-identifier\"")]
    [InlineData("dnsmasq", "dhcp-authoritative")]
    [InlineData("dnsmasq-proxy", "dhcp-match=set:efi64,option:client-arch,7")]
    public async Task Each_format_can_be_fetched(string format, string contains)
    {
        using var client = await portal.CreateClientFor(Role.Observer);
        Assert.Contains(contains, await client.GetStringAsync(new Uri($"/api/v1/dhcp/{format}", UriKind.Relative), Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_format_is_not_there_and_teachers_and_strangers_see_none()
    {
        using var observer = await portal.CreateClientFor(Role.Observer);
        using var teacher = await portal.CreateClientFor(Role.Teacher);
        using var stranger = portal.CreateClient();
        Assert.Equal(HttpStatusCode.NotFound, (await observer.GetAsync(new Uri("/api/v1/dhcp/windows", UriKind.Relative), Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await teacher.GetAsync(new Uri("/api/v1/dhcp/isc", UriKind.Relative), Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(new Uri("/api/v1/dhcp/isc", UriKind.Relative), Ct)).StatusCode);
    }
}
