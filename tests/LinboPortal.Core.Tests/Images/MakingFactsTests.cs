using LinboPortal.Core.Hosts;
using LinboPortal.Core.Images;
using LinboPortal.Core.StartConf;

namespace LinboPortal.Core.Tests.Images;

public sealed class MakingFactsTests
{
    private const long Gigabyte = 1_000_000_000;

    private static readonly MakingFacts Usual = new()
    {
        System = System("win10.qcow2"),
        BootsLinbo = true,
        State = HostState.Linbo,
        HasGoodBase = true,
        HasCache = true,
        CacheBytes = 100 * Gigabyte,
        OtherImages = 30 * Gigabyte,
        Expected = 20 * Gigabyte,
        Free = 200 * Gigabyte,
        WasAsked = true,
        CacheFree = 40 * Gigabyte,
    };

    /// <summary>The PC could not be asked.</summary>
    private static readonly MakingFacts Silent = Usual with { WasAsked = false, CacheFree = null };

    private static OsEntry System(string image) => StartConfReader.Read($"[OS]\nName = A\nBaseImage = {image}\n").OperatingSystems[0];

    private static IEnumerable<MakingFinding> Stops(MakingFacts facts) => facts.Check().Where(c => c.Weight == MakingWeight.Stop).Select(c => c.Finding);

    [Fact]
    public void Where_all_is_well_nothing_stands_against_it()
    {
        Assert.Equal(
            [MakingFinding.PcReady, MakingFinding.CacheHasRoom, MakingFinding.ServerFits, MakingFinding.UsedByNobodyElse], Usual.Check().Select(c => c.Finding));
        Assert.All(Usual.Check(), c => Assert.Equal(MakingWeight.Good, c.Weight));
        Assert.Equal((false, false), (Usual.AtNextBoot, Usual.MayWake));
    }

    [Theory]
    [InlineData(HostState.Off, MakingFinding.PcAsleep, false, true)]
    [InlineData(HostState.Unknown, MakingFinding.PcAsleep, false, true)]
    [InlineData(HostState.Windows, MakingFinding.PcInSystem, true, false)]
    [InlineData(HostState.Linux, MakingFinding.PcInSystem, true, false)]
    public void A_PC_is_woken_but_never_under_somebodys_hands(HostState state, MakingFinding finding, bool atNextBoot, bool mayWake)
    {
        var facts = Usual with { State = state };
        Assert.Equal(finding, facts.Check()[0].Finding);
        Assert.Equal((atNextBoot, mayWake), (facts.AtNextBoot, facts.MayWake));
    }

    [Fact]
    public void A_new_name_makes_the_PC_start_anew()
    {
        var facts = Usual with { NewName = "win11", OtherPcs = 12 };
        Assert.Equal((MakingFinding.PcRestarts, true, true), (facts.Check()[0].Finding, facts.AtNextBoot, facts.MayWake));
        Assert.Contains(new MakingCheck(MakingFinding.GroupChanges, MakingWeight.Look, 12), facts.Check());
    }

    [Fact]
    public void What_cannot_be_is_said_by_its_name()
    {
        Assert.Equal([MakingFinding.PcNotLinbo], Stops(Usual with { BootsLinbo = false }));
        Assert.Equal([MakingFinding.NoSystem], Stops(Usual with { System = null }));
        Assert.Equal([MakingFinding.PcBusy], Stops(Usual with { IsWorking = true }));
        Assert.Equal([MakingFinding.NoName], Stops(Usual with { System = System("") }));
        Assert.Equal([MakingFinding.LiveSystem], Stops(Usual with { System = System("live.iso") }));
        Assert.Equal([MakingFinding.BadName], Stops(Usual with { NewName = "../etc" }));
        Assert.Equal([MakingFinding.NameTaken], Stops(Usual with { NewName = "win11", IsTaken = true }));
        Assert.Equal([MakingFinding.NoBase], Stops(Usual with { IsQdiff = true, HasGoodBase = false }));
        Assert.Equal([MakingFinding.IsUploading], Stops(Usual with { IsUploading = true }));
        Assert.Equal([MakingFinding.NoCache], Stops(Usual with { HasCache = false }));
        Assert.Equal([MakingFinding.ServerFull], Stops(Usual with { Free = 19 * Gigabyte }));
        Assert.Equal([MakingFinding.ServerFull], Stops(Usual with { Free = 0, Expected = null }));
    }

    [Fact]
    public void What_is_not_known_is_said_and_stops_nothing()
    {
        var facts = Silent with { CacheBytes = null, Expected = null };
        Assert.Equal([MakingFinding.CacheUnknown, MakingFinding.CacheNotAsked, MakingFinding.ServerUnknown], facts.Check().Where(c => c.Weight == MakingWeight.Look).Select(c => c.Finding));
        Assert.Empty(Stops(facts));
    }

    [Fact]
    public void A_cache_that_is_too_small_is_told_with_both_sizes() =>
        Assert.Contains(new MakingCheck(MakingFinding.CacheSmall, MakingWeight.Look, 40 * Gigabyte, 50 * Gigabyte), (Silent with { CacheBytes = 40 * Gigabyte }).Check());

    [Fact]
    public void What_the_PC_says_counts_more_than_start_conf()
    {
        Assert.Contains(new MakingCheck(MakingFinding.CacheHasRoom, MakingWeight.Good, 40 * Gigabyte, 20 * Gigabyte), (Usual with { CacheBytes = Gigabyte }).Check());
        Assert.Contains(new MakingCheck(MakingFinding.CacheHasNoRoom, MakingWeight.Look, 10 * Gigabyte, 20 * Gigabyte), (Usual with { CacheFree = 10 * Gigabyte }).Check());
        Assert.Contains(new MakingCheck(MakingFinding.CacheRoomOnly, MakingWeight.Look, 40 * Gigabyte), (Usual with { Expected = null }).Check());
        Assert.Contains(new MakingCheck(MakingFinding.CacheNotMounted, MakingWeight.Look), (Usual with { CacheFree = null }).Check());
        Assert.DoesNotContain((Usual with { CacheFree = null }).Check(), c => c.Finding is MakingFinding.CacheFits or MakingFinding.CacheNotAsked);
    }

    [Theory]
    [InlineData("/dev/sda2 1000 400 600 40% /cache", 1000 * 1024L, 600 * 1024L, 0)]
    [InlineData("/dev/sda2 1000 400 600 40% /cache\n-rw-r--r-- 1 0 0 5000 Nov 25 12:00 /cache/win.qcow2\n-rw-r--r-- 1 0 0 x Nov 25 12:00 /cache/odd.qcow2\nls: nothing\n", 1000 * 1024L, 600 * 1024L, 5000)]
    [InlineData("", null, null, null)]
    [InlineData("df: /cache: can't find mount point", null, null, null)]
    [InlineData("a 5 5 99999999999999999999 1% /cache", null, null, null)]
    public void Room_is_read_from_what_the_PC_prints(string said, long? total, long? free, int? held)
    {
        Assert.Equal(total is not null, CacheRoom.TryParse(said, out var room));
        Assert.Equal((total, free, free + held), (room?.Total, room?.Free, room?.RoomFor("win.qcow2")));
    }
}
