using LinboPortal.Core.Boot;

namespace LinboPortal.Core.StartConf;

/// <summary>What holds for [LINBO].</summary>
internal static class LinboRules
{
    public static void Check(ProblemList problems, string? group)
    {
        var document = problems.Document;
        if (document.Linbo is not { Section: var section } linbo)
        {
            problems.Warn(0, 0, 0, StartConfProblemCode.MissingLinbo);
            return;
        }

        foreach (var former in document.Sections.Where(s => s.Is(StartConfSection.Linbo) && s != section))
            problems.WarnAt(former, StartConfProblemCode.DuplicateLinbo);
        CheckGroup(problems, section, group);
        CheckCache(problems, linbo);
        CheckKernelOptions(problems, section);
        StartConfRules.YesNo(
            problems, section, "AutoPartition", "AutoFormat", "AutoInitCache", "GuiDisabled", "UseMinimalLayout", "ClientDetailsVisibleByDefault");
        StartConfRules.Seconds(problems, section, "RootTimeout");
        CheckWords(problems, section);
    }

    private static void CheckGroup(ProblemList problems, StartConfSection section, string? group)
    {
        if (section.Find("Group") is not { Line.Value: not "" } setting)
            problems.WarnAt(section, StartConfProblemCode.MissingGroup, group ?? "");
        else if (group is not null && StartConfRules.BeforeHash(setting.Line.Value) != group)
            problems.WarnAt(setting, StartConfProblemCode.GroupMismatch, setting.Line.Value, group);
    }

    private static void CheckCache(ProblemList problems, LinboEntry linbo)
    {
        if (linbo.Cache.Length == 0)
            problems.WarnAt(linbo.Section, StartConfProblemCode.MissingCache);
        else if (!linbo.HasNetworkCache && problems.Document.FindPartition(linbo.Cache) is null)
            problems.WarnAt(linbo.Section.Find("Cache")!, StartConfProblemCode.CacheIsNoPartition, linbo.Cache);
    }

    private static void CheckKernelOptions(ProblemList problems, StartConfSection section)
    {
        if (section.Find("KernelOptions") is not { } setting)
            return;
        var options = KernelOptions.Parse(setting.Line.Value);
        if (options.Value("server") is { } server)
            problems.WarnAt(setting, StartConfProblemCode.ServerOption, server);
        foreach (var twice in options.Repeated)
            problems.WarnAt(setting, StartConfProblemCode.DuplicateKernelOption, twice);
    }

    private static void CheckWords(ProblemList problems, StartConfSection section)
    {
        if (section.Find("DownloadType") is { Line.Value: not "" } type && !StartConfRules.OneOf(type.Line.Value, "torrent", "multicast", "rsync"))
            problems.WarnAt(type, StartConfProblemCode.BadDownloadType, type.Line.Value);
        else if (StartConfRules.OneOf(section.Value("DownloadType"), "torrent"))
            problems.WarnAt(section.Find("DownloadType")!, StartConfProblemCode.TorrentByRsync);
        if (section.Find("Locale") is { Line.Value: not "" } locale && !StartConfRules.OneOf(locale.Line.Value, "de-de", "en-gb", "fr-fr", "es-es"))
            problems.WarnAt(locale, StartConfProblemCode.BadLocale, locale.Line.Value);
        if (section.Find("BackgroundColor") is { Line.Value: not "" } colour && !(colour.Line.Value.Length == 6 && colour.Line.Value.All(char.IsAsciiHexDigit)))
            problems.WarnAt(colour, StartConfProblemCode.BadColour, "BackgroundColor", colour.Line.Value);
    }
}
