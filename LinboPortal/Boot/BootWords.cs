using LinboPortal.Core.Boot;
using LinboPortal.Shell;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Boot;

/// <summary>Says in the person's language what a timeline holds.</summary>
internal sealed class BootWords(IStringLocalizer<BootTimelineText> text)
{
    /// <summary>One line on how the boot went: "Power-on to LINBO 19 s".</summary>
    public string Summary(BootTimeline boot) => boot.Verdict switch
    {
        BootVerdict.Complete when boot.Problems is [_] => text["TookRemarks", Took(boot), text["Remark"]],
        BootVerdict.Complete when boot.Problems is [_, ..] => text["TookRemarks", Took(boot), text["Remarks", boot.Problems.Count]],
        BootVerdict.Complete => text["Took", Took(boot)],
        BootVerdict.Running => text["RunningFor", Sizes.Duration(boot.Length), Stage(boot.Stage)],
        BootVerdict.Failed or BootVerdict.Silent => text["EndedAfter", Sizes.Duration(boot.Length), Stage(boot.Stage)],
        _ => throw new ArgumentOutOfRangeException(nameof(boot), boot.Verdict, null),
    };

    public string Verdict(BootVerdict verdict) => text[$"Verdict.{verdict}"];

    public string Stage(BootStage stage) => text[$"Stage.{stage}"];

    /// <summary>What a bar is: the file, or the word for many.</summary>
    public string Name(BootBar bar) => bar.Kind switch
    {
        BootBarKind.Address => text[IsOfLinbo(bar) ? "Bar.AddressLinbo" : "Bar.Address"],
        BootBarKind.GrubModules or BootBarKind.GrubConfig or BootBarKind.GrubLook or BootBarKind.LinboFiles or BootBarKind.Misses or BootBarKind.Ready
            when bar.Files > 1 || bar.Kind is BootBarKind.Misses or BootBarKind.Ready => text[$"Bar.{bar.Kind}"],
        _ => BootPaths.FileName(bar.Steps[0].Path),
    };

    /// <summary>What stands on or beside a bar: "GRUB modules · 43 files · 1.2 MB".</summary>
    public string Label(BootBar bar)
    {
        List<string> parts = [Name(bar)];
        if (bar.Kind == BootBarKind.Problem)
            parts.Add(text[bar.Steps[0].Outcome switch { BootStepOutcome.NotFound => "Missing", BootStepOutcome.Refused => "Refused", _ => "Broken" }]);
        if (bar.Files > 1 && bar.Kind != BootBarKind.Address)
            parts.Add(Files(bar.Files));
        if (bar.Bytes > 0)
            parts.Add(Sizes.Bytes(bar.Bytes));
        if (bar.Files == 1 && bar.Kind is BootBarKind.Kernel or BootBarKind.Initrd && Sizes.Speed(bar.Bytes, bar.Length) is { } speed)
            parts.Add(speed);
        return string.Join(" · ", parts);
    }

    public string Files(int count) => count == 1 ? text["File"] : text["Files", Sizes.Count(count)];

    /// <summary>"13 s without a request: the firmware waits".</summary>
    public string Gap(BootGap gap) => text["GapLong", Sizes.Duration(gap.Length), GapReason(gap)];

    /// <summary>"13 s · the firmware waits", for the band itself.</summary>
    public string ShortGap(BootGap gap) => $"{Sizes.Duration(gap.Length)} · {GapReason(gap)}";

    public string GapReason(BootGap gap) => text[$"Gap.{gap.Reason}"];

    public string Problem(BootProblem problem) => problem switch
    {
        BootProblem.FirmwareFileMissing p => text["Problem.FirmwareFileMissing", p.Path],
        BootProblem.GroupWithoutStartConf p => text["Problem.GroupWithoutStartConf", p.Path, p.Group],
        BootProblem.GroupUnknown p => text["Problem.GroupUnknown", p.Path, p.Group],
        BootProblem.NotInTree p => text["Problem.NotInTree", p.Path, p.Group],
        BootProblem.NoConfigForPc p => text["Problem.NoConfigForPc", p.Path],
        BootProblem.KernelMissing p => text["Problem.KernelMissing", p.Path],
        BootProblem.FileMissing p => text["Problem.FileMissing", p.Path],
        BootProblem.Refused p => text["Problem.Refused", p.Path],
        BootProblem.BrokenOff { Size: { } size } p => text["Problem.BrokenOffOf", p.Path, Sizes.Bytes(p.Bytes), Sizes.Bytes(size)],
        BootProblem.BrokenOff p => text["Problem.BrokenOff", p.Path, Sizes.Bytes(p.Bytes)],
        BootProblem.PacketsLost p => text["Problem.PacketsLost", p.Path, Sizes.Count(p.Packets), Sizes.Percent(p.Share)],
        BootProblem.WentSilent p => text[$"Silent.{p.After}"],
        _ => throw new ArgumentOutOfRangeException(nameof(problem), problem, null),
    };

    /// <summary>Where the problem is mended.</summary>
    public (string Href, string Text, string Permission)? Remedy(BootProblem problem) => problem switch
    {
        BootProblem.GroupWithoutStartConf p => ($"/groups/{Uri.EscapeDataString(p.Group)}", text["Remedy.Group", p.Group], Core.Accounts.Permission.GroupsRead),
        BootProblem.GroupUnknown => ("/groups", text["Remedy.NewGroup"], Core.Accounts.Permission.GroupsRead),
        BootProblem.NotInTree => ("/boot/drift", text["Remedy.Drift"], Core.Accounts.Permission.BootRead),
        BootProblem.KernelMissing => ("/boot", text["Remedy.Boot"], Core.Accounts.Permission.BootRead),
        BootProblem.FirmwareFileMissing or BootProblem.NoConfigForPc or BootProblem.WentSilent { After: BootStage.Address } =>
            ("/boot/dhcp", text["Remedy.Dhcp"], Core.Accounts.Permission.BootRead),
        _ => null,
    };

    private static string Took(BootTimeline boot) => Sizes.Duration(boot.ReadyAfter ?? boot.Length);

    private static bool IsOfLinbo(BootBar bar) => !bar.Steps.Any(s => DhcpFacts.Parse(s.Detail).IsFirmware);
}
