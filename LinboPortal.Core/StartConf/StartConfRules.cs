using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace LinboPortal.Core.StartConf;

/// <summary>What LINBO's client, its GUI, GRUB and the server's tools expect of a start.conf (linbo.md 5). Finds all problems at once.</summary>
public static partial class StartConfRules
{
    /// <summary>Checks a document.</summary>
    /// <param name="document">The document.</param>
    /// <param name="group">The group whose file it is; null where that is not known.</param>
    /// <returns>The problems in the order of the lines.</returns>
    public static ImmutableArray<StartConfProblem> Check(StartConfDocument document, string? group = null)
    {
        var problems = new ProblemList(document);
        LineRules.Check(problems);
        LinboRules.Check(problems, group);
        PartitionRules.Check(problems);
        OsRules.Check(problems);
        return problems.Sorted();
    }

    /// <summary>True for a name that a group may have: it becomes a part of file names and of GRUB's and rsync's paths.</summary>
    public static bool IsGroupName(string? name) => name is { Length: > 0 and <= 64 } && GroupName().IsMatch(name);

    internal static void YesNo(ProblemList problems, StartConfSection section, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (section.Find(key) is { Line.Value: not "" } setting && !IsYesNo(setting.Line.Value))
                problems.WarnAt(setting, StartConfProblemCode.BadYesNo, key, setting.Line.Value);
        }
    }

    internal static void Seconds(ProblemList problems, StartConfSection section, string key)
    {
        if (section.Find(key) is { Line.Value: not "" } setting
            && !ushort.TryParse(setting.Line.Value, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            problems.WarnAt(setting, StartConfProblemCode.BadNumber, key, setting.Line.Value);
    }

    internal static bool OneOf(string value, params ReadOnlySpan<string> allowed)
    {
        foreach (var one in allowed)
        {
            if (one.Equals(value, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    /// <summary>A value up to its first <c>#</c>, as LINBO's menu and the server's tools read it; the <c>#</c> itself is told separately.</summary>
    internal static string BeforeHash(string value) => value.Split('#')[0].TrimEnd();

    internal static string LineOf(StartConfSetting? setting) =>
        ((setting?.Index ?? 0) + 1).ToString(CultureInfo.InvariantCulture);

    private static bool IsYesNo(string value) => OneOf(value, "yes", "no");

    [GeneratedRegex(@"^[A-Za-z0-9+_-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex GroupName();
}
