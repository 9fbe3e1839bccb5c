using System.Globalization;
using System.Text.RegularExpressions;

namespace LinboPortal.Testing;

/// <summary>
/// Names for network namespaces of tests. They hold the number of the process that made them, so that the next one can remove what a killed one
/// left behind, and fit into the name of a network card.
/// </summary>
public static partial class TestNamespace
{
    private const string Folder = "/run/netns";

    private static int made;

    /// <summary>A new name.</summary>
    /// <param name="kind">A letter for what it is for; it tells leftovers apart.</param>
    public static string Name(char kind) =>
        string.Create(CultureInfo.InvariantCulture, $"lp{kind}{Environment.ProcessId}x{Interlocked.Increment(ref made)}");

    /// <summary>The namespaces that tests made whose process is no more.</summary>
    public static IReadOnlyList<string> Left() => !Directory.Exists(Folder)
        ? []
        : [.. Directory.EnumerateFiles(Folder).Select(f => Path.GetFileName(f)).Where(n => Pattern().Match(n) is { Success: true } name && !Directory.Exists("/proc/" + name.Groups["process"]))];

    [GeneratedRegex("^lp[a-z](?<process>[0-9]+)x[0-9]+[a-z-]*$")]
    private static partial Regex Pattern();
}
