using System.Net;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Tests.Boot;

/// <summary>Requests with invented MACs, by the thousand.</summary>
public sealed class ForgedBootsTests
{
    private static readonly IPAddress OfPc = IPAddress.Parse("10.0.0.1");
    private static readonly IPAddress Other = IPAddress.Parse("10.0.0.2");
    private static readonly KnownPcs Known = KnownPcs.Nothing with { ByAddress = new Dictionary<IPAddress, Guid> { [OfPc] = Guid.CreateVersion7() } };

    private readonly BootAttribution boots = new();
    private DateTimeOffset now = new(2026, 11, 30, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void One_address_has_so_many_open_boots_and_its_oldest_goes_first()
    {
        var first = Ask(OfPc, 1)!;
        List<Guid> displaced = [];
        for (var i = 2; i <= 5000; i++)
            displaced.AddRange(Ask(OfPc, i)!.Displaced);

        Assert.Equal(BootAttribution.MaxUnknownOfAddress, boots.Open);
        Assert.Equal(5000 - BootAttribution.MaxUnknownOfAddress, displaced.Distinct().Count());
        Assert.Equal(first.Run.Id, displaced[0]);
    }

    [Fact]
    public void A_new_PC_is_recorded_however_many_were_forged_before()
    {
        for (var i = 1; i <= 5000; i++)
            Ask(new IPAddress([10, 1, (byte)(i / 250), (byte)(i % 250)]), i);
        Assert.Equal(BootAttribution.MaxUnknown, boots.Open);

        Assert.True(Ask(Other, 9999)!.IsNew);
        Assert.False(Ask(Other, 9999)!.IsNew);
        Assert.Equal(BootAttribution.MaxUnknown, boots.Open);
    }

    private AttributedStep? Ask(IPAddress client, int number) => boots.Take(
        new BootObservation(
            client, null, BootStepKind.Tftp, $"boot/grub/grub.cfg-01-{new MacAddress(0x020000000000UL + (ulong)number).ToString().Replace(':', '-')}", now += TimeSpan.FromMilliseconds(4),
            TimeSpan.Zero, 0, null, 0, BootStepOutcome.NotFound, null),
        Known);
}
