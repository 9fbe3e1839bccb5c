using LinboPortal.Core.Boot;
using LinboPortal.Testing;

namespace LinboPortal.Core.Tests.Boot;

public sealed class BootTimelineTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 25, 7, 45, 0, TimeSpan.Zero);
    private static readonly BootSurroundings Known = new(new Dictionary<string, bool> { ["lab1"] = true, ["lab9"] = false });

    private static BootTimeline Read(BootRun run, TimeSpan? later = null) => BootTimeline.Of(run, Known, run.LastStepAt + (later ?? TimeSpan.FromHours(1)));

    private static BootSamples Sample(string group = "lab1") => new(Start, group: group);

    [Fact]
    public void A_good_boot_is_complete_and_nothing_is_wrong_with_it()
    {
        foreach (var run in new[] { Sample().Bios(), Sample().Uefi(), Sample().Http() })
        {
            var boot = Read(run);
            Assert.Equal(BootVerdict.Complete, boot.Verdict);
            Assert.Equal(BootStage.Ready, boot.Stage);
            Assert.Equal(run.CompletedAt - run.StartedAt, boot.ReadyAfter);
            Assert.Empty(boot.Problems);
        }
    }

    [Fact]
    public void Files_that_need_not_exist_are_folded_and_no_problem()
    {
        var boot = Read(Sample().Bios());
        // grub.cfg-01-…, eight grub.cfg-HEX, spool/pc1.reboot, torrent-client.conf, linbocmd/pc1.cmd
        Assert.Equal(12, boot.Misses);
        Assert.DoesNotContain(boot.Bars, b => b.Kind == BootBarKind.Problem);
    }

    [Fact]
    public void Modules_of_GRUB_share_a_bar()
    {
        var modules = Assert.Single(Read(Sample().Uefi()).Bars, b => b.Kind == BootBarKind.GrubModules);
        Assert.Equal(47, modules.Files);
        Assert.Equal(modules.Steps.Sum(s => s.Bytes), modules.Bytes);
    }

    [Fact]
    public void A_size_probe_belongs_to_the_transfer_that_follows()
    {
        var firmware = Assert.Single(Read(Sample().Uefi()).Bars, b => b.Kind == BootBarKind.Firmware);
        Assert.Equal((2, 1), (firmware.Steps.Count, firmware.Files));
    }

    [Fact]
    public void Gaps_are_named_by_what_was_going_on()
    {
        var gaps = Read(Sample().Bios()).Gaps;
        Assert.Equal([BootGapReason.FirmwareWaits, BootGapReason.KernelStarts], gaps.Select(g => g.Reason));
        Assert.Equal(13, gaps[0].Length.TotalSeconds, 0);
    }

    [Fact]
    public void A_group_without_start_conf_is_said_to_be_the_reason()
    {
        var boot = Read(Sample("lab9").MissingGroupConfig());
        Assert.Equal(BootVerdict.Failed, boot.Verdict);
        var missing = Assert.IsType<BootProblem.GroupWithoutStartConf>(Assert.Single(boot.Problems));
        Assert.Equal(("boot/grub/lab9.cfg", "lab9"), (missing.Path, missing.Group));
        Assert.Equal(BootStage.Grub, boot.Stage);
    }

    [Fact]
    public void A_group_that_nobody_knows_and_one_that_was_not_projected_are_told_apart()
    {
        Assert.IsType<BootProblem.GroupUnknown>(Read(Sample("nowhere").MissingGroupConfig()).Problems[0]);
        Assert.IsType<BootProblem.NotInTree>(Read(Sample("lab1").MissingGroupConfig()).Problems[0]);
    }

    [Fact]
    public void A_missing_kernel_is_told_once_however_it_was_asked_for()
    {
        var boot = Read(Sample().MissingKernel());
        Assert.Equal(BootVerdict.Failed, boot.Verdict);
        Assert.Equal("linbo64", Assert.Single(boot.Problems.OfType<BootProblem.KernelMissing>()).Path);
    }

    [Fact]
    public void Silence_without_a_reason_is_no_failure()
    {
        var boot = Read(Sample().SilentAfterGrub());
        Assert.Equal(BootVerdict.Silent, boot.Verdict);
        Assert.Equal(BootStage.Grub, Assert.IsType<BootProblem.WentSilent>(Assert.Single(boot.Problems)).After);
    }

    [Fact]
    public void A_broken_transfer_and_lost_packets_are_both_told()
    {
        var boot = Read(Sample().BrokenTransfer());
        Assert.Equal(BootVerdict.Failed, boot.Verdict);
        var lost = Assert.Single(boot.Problems.OfType<BootProblem.PacketsLost>());
        Assert.Equal(("linbo64", 410), (lost.Path, lost.Packets));
        Assert.Equal(12_582_912, Assert.Single(boot.Problems.OfType<BootProblem.BrokenOff>()).Bytes);
    }

    [Fact]
    public void A_boot_that_goes_on_waits_to_this_moment()
    {
        var run = Sample().StillBooting();
        var boot = Read(run, TimeSpan.FromSeconds(4));
        Assert.Equal(BootVerdict.Running, boot.Verdict);
        Assert.Equal(run.LastStepAt + TimeSpan.FromSeconds(4) - run.StartedAt, boot.Length);
        Assert.Equal(BootGapReason.Waiting, boot.Gaps[^1].Reason);
        Assert.Equal(BootStage.Kernel, boot.Stage);
    }

    [Fact]
    public void Segments_cover_the_boot_without_a_hole()
    {
        var boot = Read(Sample().Uefi());
        Assert.Equal([BootStage.Address, BootStage.Firmware, BootStage.Grub, BootStage.Kernel, BootStage.Linbo], boot.Segments.Select(s => s.Stage));
        Assert.Equal(boot.ReadyAfter!.Value.Ticks, boot.Segments.Sum(s => s.Length.Ticks));
    }
}
