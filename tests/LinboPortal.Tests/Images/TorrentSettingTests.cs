using LinboPortal.Infrastructure.Distribution;
using LinboPortal.Testing;

namespace LinboPortal.Tests.Images;

public sealed class TorrentSettingTests(PostgresFixture postgres)
{
    [Fact]
    public void Clients_know_the_usual_port() => Assert.Equal(6969, new TorrentOptions().TrackerPort);

    [Theory]
    [InlineData("0")]
    [InlineData("65536")]
    public async Task A_port_that_is_none_stops_the_start_and_names_the_setting(string port)
    {
        await using var portal = new PortalFactory(postgres).With("Distribution:Torrent:TrackerPort", port);
        await portal.InitializeAsync();

        var failure = Assert.ThrowsAny<Exception>(() => portal.Services);

        Assert.Contains("Distribution:Torrent:TrackerPort must lie between 1 and 65535", failure.ToString(), StringComparison.Ordinal);
    }
}
