using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using LinboPortal.Hosts.Import;

namespace LinboPortal.Cli;

/// <summary>
/// What the executable does besides running the portal: <c>LinboPortal doctor</c>, <c>LinboPortal token create anna</c>. Settings
/// (<c>--A:B=value</c>) work behind each command as they do for the portal itself. What is not understood ends with 2, whatever the command.
/// </summary>
internal static partial class PortalCommands
{
    /// <summary>The exit code for what is not understood.</summary>
    public const int NotUnderstood = 2;

    /// <summary>One line a command; a slice adds its own here.</summary>
    private static IEnumerable<Command> All => [AccountCommand.Create(), DoctorCommand.Create(), ImportCommand.Create(), RemoteCommand.Create(), ShellCommand.Create(), TokenCommand.Create()];

    /// <summary>True where the first word is a command or asks for help; settings start with a dash or hold an equals sign.</summary>
    public static bool AreMeantBy(string[] args) =>
        args is [var first, ..] && (first is "--help" or "--version" or ['-', not '-', ..] || (first is not ['-' or '/', ..] && !first.Contains('=', StringComparison.Ordinal)));

    /// <summary>Runs the command.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("LinboPortal: without a command it runs the portal. Settings: --A:B=value");
        foreach (var command in All)
            root.Subcommands.Add(command);
        var line = root.Parse(args);
        if (line.Action is not ParseErrorAction && WrongSetting(line.UnmatchedTokens) is null)
            return await line.InvokeAsync();
        foreach (var error in line.Errors)
            await Console.Error.WriteLineAsync(error.Message);
        if (WrongSetting(line.UnmatchedTokens) is { } wrong && line.Errors.Count == 0)
            await Console.Error.WriteLineAsync($"'{wrong}' is neither an option of this command nor a setting (--A:B=value).");
        if (line.CommandResult.Command.Name == RemoteCommand.Name)
            await Console.Error.WriteLineAsync(RemoteCommand.Usage);
        await Console.Error.WriteLineAsync($"LinboPortal {WordsOf(line.CommandResult)}--help says what it understands.");
        return NotUnderstood;
    }

    private static string WordsOf(SymbolResult? result) =>
        result is CommandResult { Command: not RootCommand } command ? $"{WordsOf(command.Parent)}{command.Command.Name} " : "";

    /// <summary>The first word that is left over and cannot be a setting; null where all can.</summary>
    public static string? WrongSetting(IReadOnlyList<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (Setting().Match(words[i]) is not { Success: true } setting)
                return words[i];
            if (!setting.Groups["value"].Success && i + 1 < words.Count && words[i + 1] is not ['-', ..])
                i++; // --A:B value
        }

        return null;
    }

    [GeneratedRegex(@"^(--|/)?([A-Za-z][\w.-]*(:[\w.-]+)+|urls|environment|contentroot|applicationname|allowedhosts)(?<value>=.*)?$", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Setting();
}
