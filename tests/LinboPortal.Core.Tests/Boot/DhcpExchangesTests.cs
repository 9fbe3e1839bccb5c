using LinboPortal.Core.Boot;
using LinboPortal.Testing;

namespace LinboPortal.Core.Tests.Boot;

public class DhcpExchangesTests
{
    private const string Firmware = "PXEClient:Arch:00000:UNDI:002001";

    private readonly DhcpExchanges exchanges = new();
    private DateTimeOffset now = new(2026, 11, 25, 7, 30, 0, TimeSpan.Zero);

    [Fact]
    public void The_four_messages_of_a_firmware_are_steps_of_a_boot()
    {
        BootObservation?[] seen =
        [
            Take(new DhcpSample(DhcpMessage.Discover).With(60, Firmware)),
            Take(new DhcpSample(DhcpMessage.Offer).Given("10.77.0.101")),
            Take(new DhcpSample(DhcpMessage.Request).With(60, Firmware)),
            Take(new DhcpSample(DhcpMessage.Ack).Given("10.77.0.101")),
        ];

        Assert.Equal(["discover", "offer", "request", "ack"], seen.Select(s => s?.Path));
        Assert.All(seen, s => Assert.Equal((BootStepKind.Dhcp, "52:54:00:77:00:01"), (s!.Kind, s.Mac?.ToString())));
        Assert.Equal([null, null, null, "10.77.0.101"], seen.Select(s => s!.Client?.ToString()));
    }

    [Fact]
    public void LINBOs_own_client_is_one_of_a_boot() =>
        Assert.Equal("discover", Take(new DhcpSample(DhcpMessage.Discover).With(60, "udhcp 1.36.1"))?.Path);

    [Theory]
    [InlineData("MSFT 5.0")]
    [InlineData("dhcpcd-9.4.1:Linux-6.1")]
    [InlineData("")]
    public void A_running_system_is_none_and_neither_is_the_answer_to_it(string vendor)
    {
        Assert.Null(Take(new DhcpSample(DhcpMessage.Discover).With(60, vendor)));
        Assert.Null(Take(new DhcpSample(DhcpMessage.Offer).Given("10.77.0.101")));
        Assert.Null(Take(new DhcpSample(DhcpMessage.Request).With(60, vendor)));
        Assert.Null(Take(new DhcpSample(DhcpMessage.Ack).Given("10.77.0.101")));
    }

    [Fact]
    public void LINBO_that_renews_its_address_does_not_boot()
    {
        Assert.Null(Take(new DhcpSample(DhcpMessage.Request).With(60, "udhcp 1.36.1").Renewed("10.77.0.101")));
        Assert.Null(Take(new DhcpSample(DhcpMessage.Ack).Given("10.77.0.101")));
    }

    [Theory]
    [InlineData(DhcpMessage.Inform)]
    [InlineData(DhcpMessage.Release)]
    [InlineData(DhcpMessage.Decline)]
    public void Other_messages_tell_nothing_of_a_boot(DhcpMessage message) => Assert.Null(Take(new DhcpSample(message).With(60, Firmware)));

    [Fact]
    public void A_bridge_that_shows_a_packet_twice_shows_one()
    {
        Assert.NotNull(Take(new DhcpSample(DhcpMessage.Discover).With(60, Firmware)));
        Assert.Null(Take(new DhcpSample(DhcpMessage.Discover).With(60, Firmware)));
        now += TimeSpan.FromSeconds(4);
        Assert.NotNull(Take(new DhcpSample(DhcpMessage.Discover).With(60, Firmware)));
    }

    [Fact]
    public void Two_servers_that_answer_at_once_are_two()
    {
        Take(new DhcpSample(DhcpMessage.Discover).With(60, Firmware));

        Assert.NotNull(Take(new DhcpSample(DhcpMessage.Offer).With(54, 10, 77, 0, 1)));
        Assert.NotNull(Take(new DhcpSample(DhcpMessage.Offer).With(54, 10, 77, 0, 2)));
        Assert.Null(Take(new DhcpSample(DhcpMessage.Offer).With(54, 10, 77, 0, 2)));
    }

    [Fact]
    public void An_answer_after_a_long_time_belongs_to_nothing()
    {
        Take(new DhcpSample(DhcpMessage.Discover).With(60, Firmware));
        now += TimeSpan.FromMinutes(3);

        Assert.Null(Take(new DhcpSample(DhcpMessage.Offer)));
    }

    [Fact]
    public void A_flood_fills_no_memory_and_passes()
    {
        for (var i = 0u; i < 20_000; i++)
            Take(new DhcpSample(DhcpMessage.Discover, transaction: i).With(60, Firmware));
        Assert.Null(Take(new DhcpSample(DhcpMessage.Discover, transaction: 30_000).With(60, Firmware)));
        now += TimeSpan.FromMinutes(3);

        Assert.NotNull(Take(new DhcpSample(DhcpMessage.Discover, transaction: 30_000).With(60, Firmware)));
    }

    [Fact]
    public void A_PC_that_starts_its_system_from_the_disk_does_not_look_like_LINBO()
    {
        var attribution = new BootAttribution();
        var known = KnownPcs.Nothing;
        Into(new DhcpSample(DhcpMessage.Discover).With(60, Firmware));
        var run = Into(new DhcpSample(DhcpMessage.Ack).Given("10.77.0.101"));
        now += TimeSpan.FromSeconds(20);

        Assert.NotNull(run);
        Assert.Null(Into(new DhcpSample(DhcpMessage.Discover, transaction: 7).With(60, "MSFT 5.0")));
        Assert.Null(Into(new DhcpSample(DhcpMessage.Ack, transaction: 7).Given("10.77.0.101")));

        BootRun? Into(DhcpSample sample) => Take(sample) is { } seen ? attribution.Take(seen, known)?.Run : null;
    }

    private BootObservation? Take(DhcpSample sample) => exchanges.Take(sample.ToPacket(), now);
}
