using System.Globalization;
using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;
using LinboPortal.Jobs;

namespace LinboPortal.Cli;

/// <summary>Prints what PCs print, a line each with the PC's name in front, and where they stand.</summary>
internal sealed class RemotePrinter(string commands, string? only = null)
{
    private readonly IReadOnlyList<string> texts = CommandLine.TryParse(commands, out var line, out _) ? [.. line.Commands.Select(c => c.ToString())] : [];
    private readonly Dictionary<string, (int Command, long Offset)> printed = [];
    private readonly Dictionary<string, (RunState State, int Command)> states = [];

    /// <summary>The PC where only one is looked at; null for all of a job.</summary>
    public string? Only => only;

    public Task PrintAsync(JobOutputDto output) => PrintAsync(output.Host, output.Command, output.Offset, output.Text);

    public Task PrintAsync(LogPieceDto piece) => PrintAsync(only ?? "", piece.Command, piece.Offset, piece.Text);

    private async Task PrintAsync(string host, int command, long offset, string text)
    {
        // After a new connection all of it comes again.
        if (printed.TryGetValue(host, out var last) && (command, offset).CompareTo(last) <= 0)
            return;
        printed[host] = (command, offset);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            await Console.Out.WriteLineAsync($"{host}: {line}");
    }

    public async Task PrintAsync(RunDto run)
    {
        if (states.TryGetValue(run.Host, out var last) && last == (run.State, run.Command))
            return;
        states[run.Host] = (run.State, run.Command);
        if (run.State == RunState.Waiting)
            return;
        var text = run.State switch
        {
            RunState.Running when run.Command > 0 && run.Command <= texts.Count => string.Create(CultureInfo.InvariantCulture, $"{texts[run.Command - 1]} ({run.Command} of {texts.Count})"),
            _ when run.Reason is { } reason => $"{run.State}: {reason} {run.Detail}".TrimEnd(),
            _ => run.State.ToString(),
        };
        await Console.Out.WriteLineAsync($"{run.Host}: *** {text}");
    }
}
