using System.Text.RegularExpressions;
using LinboPortal.Core.Remote;

namespace LinboPortal.Core.Jobs;

/// <summary>
/// What LINBO's log (<c>/tmp/linbo.log</c>) tells of commands that a PC fetched at boot: <c>linbo_wrapper</c> writes a header before each of them
/// (linbo.md 8.4).
/// </summary>
public static partial class OnBootLog
{
    /// <summary>How many of the commands were begun, in their order.</summary>
    public static int Reached(string log, IReadOnlyList<LinboCommand> commands)
    {
        var reached = 0;
        foreach (var begun in Header().Matches(log).SelectMany(m => m.Groups[1].Value.Split(',')).Select(Key))
            if (reached < commands.Count && begun == Key(commands[reached].ToString()))
                reached++;
        return reached;
    }

    /// <summary>The last line with text; empty where there is none.</summary>
    public static string LastLine(string log) =>
        log.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault(l => l.Length > 0) ?? "";

    // Clients print comments with and without quotes: the word and its number are enough.
    private static string Key(string command) => string.Join(':', command.Trim().Split(':').Take(2));

    [GeneratedRegex(@"^### \S+ (?:/usr/bin/)?linbo_wrapper (.+?) ###\s*$", RegexOptions.Multiline)]
    private static partial Regex Header();
}
