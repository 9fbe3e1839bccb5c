using LinboPortal.Core.Accounts;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace LinboPortal.Jobs;

/// <summary>Reads on when the PC's tile changes: the page that owns it hears the events.</summary>
public sealed partial class RunLogPanel : IDisposable
{
    /// <summary>Lines that are drawn at first, and that each wish for earlier ones adds.</summary>
    private const int Step = 300;

    /// <summary>Pieces that are read at once; a PC that has printed megabytes is read from its end.</summary>
    private const int Most = 400;

    private readonly CancellationTokenSource leaving = new();
    private RunLog log = new();
    private IReadOnlyList<RunLogLine>? paused;
    private IReadOnlyList<RunLogLine> lines = [];
    private RunTile? known;
    private string search = "";
    private int shown = Step;
    private bool read;

    /// <summary>The PC in the job.</summary>
    /// <summary>The last error line of the PC's log; null where it is not known.</summary>
    [Parameter]
    public string? ErrorLine { get; set; }

    [Parameter, EditorRequired]
    public required RunTile Run { get; set; }

    /// <summary>The commands of the job, as they stand on the wire.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<Core.Remote.LinboCommand> Commands { get; set; }

    /// <summary>A command in words, by its number.</summary>
    [Parameter, EditorRequired]
    public required Func<int, string> CommandText { get; set; }

    /// <summary>The whole log as a file.</summary>
    [Parameter, EditorRequired]
    public required string DownloadLink { get; set; }

    /// <summary>The page without the log; null where it belongs to the page.</summary>
    [Parameter]
    public string? CloseLink { get; set; }

    [CascadingParameter]
    internal Person Person { get; set; } = null!;

    private IReadOnlyList<RunLogLine> Lines => paused ?? lines;

    private IReadOnlyList<RunLogLine> Found =>
        search.Trim() is { Length: > 0 } words ? [.. Lines.Where(l => l.Text.Contains(words, StringComparison.OrdinalIgnoreCase))] : Lines;

    private string PauseWord => paused is null ? Text["Pause"]
        : lines.Count > paused.Count ? $"{Text["Follow"]} ({Text["NewLines", Sizes.Count(lines.Count - paused.Count)]})"
        : Text["Follow"];

    /// <inheritdoc/>
    public void Dispose()
    {
        leaving.Cancel();
        leaving.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (Run == known)
            return;
        if (Run.Id != known?.Id)
        {
            (log, lines, paused, shown, read) = (new RunLog(), [], null, Step, false);
        }

        known = Run;
        var mine = log;
        try
        {
            await ReadAsync(Run.Id, mine);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        if (mine != log)
            return;
        lines = mine.Lines;
        read = true;
    }

    private async Task ReadAsync(Guid run, RunLog into)
    {
        var (command, offset) = into.At;
        var pieces = command == 0
            ? await Sight.LogTailAsync(Person, run, Most, leaving.Token)
            : await Sight.LogAsync(Person, run, new LogPlace(command, offset), Most, leaving.Token);
        into.IsCut |= command == 0 && pieces?.Count == Most;
        foreach (var piece in pieces ?? [])
            into.Add(piece.Command, piece.Offset, piece.Text);
    }

    private void TogglePause() => paused = paused is null ? lines : null;
}
