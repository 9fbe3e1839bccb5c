using System.CommandLine;
using LinboPortal.Hosts.Import;

namespace LinboPortal.Cli;

/// <summary>
/// What the executable does besides running the portal: <c>LinboPortal doctor</c>, <c>LinboPortal token create anna</c>. Settings
/// (<c>--A:B=value</c>) work behind each command as they do for the portal itself.
/// </summary>
internal static class PortalCommands
{
    /// <summary>One line a command; a slice adds its own here.</summary>
    private static IEnumerable<Command> All => [DoctorCommand.Create(), ImportCommand.Create(), RemoteCommand.Create(), ShellCommand.Create(), TokenCommand.Create()];

    /// <summary>True where the first word is a command or asks for help; settings start with a dash or hold an equals sign.</summary>
    public static bool AreMeantBy(string[] args) =>
        args is [var first, ..] && (first is "-h" or "-?" or "--help" or "--version" || (first is not ['-' or '/', ..] && !first.Contains('=', StringComparison.Ordinal)));

    /// <summary>Runs the command.</summary>
    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("LinboPortal: without a command it runs the portal. Settings: --A:B=value");
        foreach (var command in All)
            root.Subcommands.Add(command);
        return root.Parse(args).InvokeAsync();
    }
}
