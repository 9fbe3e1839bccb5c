using System.Text;
using System.Text.RegularExpressions;

namespace LinboPortal.Jobs;

/// <summary>A line that a PC printed.</summary>
/// <param name="Number">From 1, within the run.</param>
/// <param name="Command">Of which command, from 1.</param>
/// <param name="Text">Without control characters.</param>
public sealed record RunLogLine(int Number, int Command, string Text);

/// <summary>
/// What a PC printed, as a terminal would show it in the end: a carriage return writes over its line. Keeps the last lines only; the database
/// has all of them.
/// </summary>
internal sealed partial class RunLog
{
    /// <summary>Lines that are kept.</summary>
    public const int Kept = 4000;

    private const int LongestLine = 2000;

    private readonly Queue<RunLogLine> lines = new();
    private readonly StringBuilder open = new();
    private int count;
    private bool returned;

    /// <summary>The number of the command whose output came last, and where in it the last piece began.</summary>
    public (int Command, long Offset) At { get; private set; } = (0, -1);

    /// <summary>True where lines were dropped, or pieces before the first one were never read.</summary>
    public bool IsCut { get; set; }

    /// <summary>All lines that are kept, the one that is being written last.</summary>
    public IReadOnlyList<RunLogLine> Lines => open.Length == 0 ? [.. lines] : [.. lines, new RunLogLine(count + 1, At.Command, Clean())];

    /// <summary>Adds a piece; pieces come in their order, and one that is known already is left out.</summary>
    public void Add(int command, long offset, string text)
    {
        if ((command, offset).CompareTo(At) <= 0)
            return;
        if (command != At.Command)
            End();
        At = (command, offset);
        foreach (var c in text)
        {
            switch (c)
            {
                case '\n':
                    // An empty line is one, too; the return before it belongs to the same end of line.
                    Keep();
                    break;
                case '\r':
                    returned = true;
                    break;
                default:
                    if (returned)
                        open.Clear();
                    returned = false;
                    if (open.Length < LongestLine)
                        open.Append(c);
                    break;
            }
        }
    }

    private void End()
    {
        if (open.Length > 0)
            Keep();
    }

    private void Keep()
    {
        lines.Enqueue(new RunLogLine(++count, At.Command, Clean()));
        open.Clear();
        returned = false;
        if (lines.Count <= Kept)
            return;
        lines.Dequeue();
        IsCut = true;
    }

    private string Clean() => Control().Replace(Escape().Replace(open.ToString(), ""), "");

    [GeneratedRegex(@"\x1b(\[[0-9;?]*[ -/]*[@-~]|[@-Z\\-_])")]
    private static partial Regex Escape();

    [GeneratedRegex(@"[\x00-\x08\x0b-\x1f\x7f]")]
    private static partial Regex Control();
}
