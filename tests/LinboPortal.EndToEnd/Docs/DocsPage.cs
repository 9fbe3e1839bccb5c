using System.Text.RegularExpressions;

namespace LinboPortal.EndToEnd.Docs;

/// <summary>A page of the docs, and the commands that stand on it.</summary>
internal static partial class DocsPage
{
    /// <summary>The shell commands below a heading, block by block, as written.</summary>
    public static async Task<IReadOnlyList<string>> CommandsAsync(string page, string heading, CancellationToken ct)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", page), ct);
        var section = Regex.Match(text, $@"^##+ {Regex.Escape(heading)}\n(?<text>.*?)(?=^## |\z)", RegexOptions.Multiline | RegexOptions.Singleline);
        Assert.True(section.Success, $"{page} has no heading \"{heading}\".");
        return [.. Block().Matches(section.Groups["text"].Value).Select(m => m.Groups["commands"].Value)];
    }

    [GeneratedRegex(@"^```sh\n(?<commands>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
