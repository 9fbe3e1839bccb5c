using System.Text.RegularExpressions;

namespace LinboPortal.Core.Jobs;

/// <summary>Finds in what a PC printed the line that says why a command failed.</summary>
public static partial class ErrorLine
{
    /// <summary>Longer lines are cut.</summary>
    public const int Longest = 300;

    /// <summary>The last line that speaks of an error, else the last line with text; empty where there is none.</summary>
    /// <param name="printed">The end of the log.</param>
    public static string LastOf(string printed)
    {
        var lines = printed.Split('\n', '\r').Select(l => l.Trim()).Where(l => l.Length > 0).ToList();
        var line = lines.FindLast(l => Speaks().IsMatch(l)) ?? lines.LastOrDefault() ?? "";
        return line.Length <= Longest ? line : line[..(Longest - 1)] + "…";
    }

    // Not "0 errors" or "error rate 0".
    [GeneratedRegex(@"(?<!\b0 )\b(error|errors|failed|failure|fatal|cannot|can't|could not|unable|denied|refused|no such|not found|no space|timed out|timeout|invalid|corrupt\w*|mismatch|missing|broken pipe|i/o error|not enough|too small|read-only|panic|abort\w*|fehler|fehlgeschlagen)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Speaks();
}
