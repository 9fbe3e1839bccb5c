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
            problems.Error(0, 0, 0, StartConfProblemCode.MissingLinbo);
            return;
        }

        foreach (var second in document.Sections.Where(s => s.Is(StartConfSection.Linbo)).Skip(1))
            problems.ErrorAt(second, StartConfProblemCode.DuplicateLinbo);
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
        else if (group is not null && setting.Line.Value != group)
            problems.ErrorAt(setting, StartConfProblemCode.GroupMismatch, setting.Line.Value, group);
    }

    private static void CheckCache(ProblemList problems, LinboEntry linbo)
    {
        if (linbo.Cache.Length == 0)
            problems.WarnAt(linbo.Section, StartConfProblemCode.MissingCache);
        else if (!linbo.HasNetworkCache && problems.Document.FindPartition(linbo.Cache) is null)
            problems.ErrorAt(linbo.Section.Find("Cache")!, StartConfProblemCode.CacheIsNoPartition, linbo.Cache);
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
        if (section.Find("Locale") is { Line.Value: not "" } locale && !StartConfRules.OneOf(locale.Line.Value, "de-de", "en-gb", "fr-fr", "es-es"))
            problems.WarnAt(locale, StartConfProblemCode.BadLocale, locale.Line.Value);
        foreach (var key in (ReadOnlySpan<string>)["BackgroundColor", "BackgroundFontColor"])
        {
            if (section.Find(key) is { Line.Value: not "" } colour && !(colour.Line.Value.Length == 6 && colour.Line.Value.All(char.IsAsciiHexDigit)))
                problems.ErrorAt(colour, StartConfProblemCode.BadColour, key, colour.Line.Value);
        }
    }
}
