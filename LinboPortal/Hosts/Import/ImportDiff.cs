namespace LinboPortal.Hosts.Import;

/// <summary>A line of a comparison: <c>+</c> new, <c>-</c> gone, a blank for what stays, <c>…</c> for lines left out.</summary>
internal sealed record DiffLine(char Sign, string Text)
{
    public override string ToString() => $"{Sign}{Text}";
}

/// <summary>Compares two texts of start.conf line by line, as people read it.</summary>
internal static class ImportDiff
{
    private const int Context = 2;
    private const int MaxLines = 2000;

    public static IReadOnlyList<DiffLine> Of(GroupChange change)
    {
        var (from, to) = (Lines(change.From ?? ""), Lines(change.To));
        if (change.IsNew || from.Length > MaxLines || to.Length > MaxLines)
            return [.. from.Select(l => new DiffLine('-', l)), .. to.Select(l => new DiffLine('+', l))];
        return Fold(Compare(from, to));
    }

    private static string[] Lines(string text) => text.Length == 0 ? [] : text.TrimEnd('\n').Split('\n');

    /// <summary>The longest common sequence; start.conf has a few hundred lines.</summary>
    private static List<DiffLine> Compare(string[] from, string[] to)
    {
        var common = new int[from.Length + 1, to.Length + 1];
        for (var i = from.Length - 1; i >= 0; i--)
        {
            for (var j = to.Length - 1; j >= 0; j--)
                common[i, j] = from[i] == to[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }

        List<DiffLine> lines = [];
        var (a, b) = (0, 0);
        while (a < from.Length || b < to.Length)
        {
            if (a < from.Length && b < to.Length && from[a] == to[b])
            {
                lines.Add(new DiffLine(' ', Shown(from[a++])));
                b++;
            }
            else if (a < from.Length && (b == to.Length || common[a + 1, b] >= common[a, b + 1]))
                lines.Add(new DiffLine('-', Shown(from[a++])));
            else
                lines.Add(new DiffLine('+', Shown(to[b++])));
        }

        return lines;
    }

    /// <summary>A carriage return is a difference that must be seen.</summary>
    private static string Shown(string line) => line.EndsWith('\r') ? line[..^1] + "␍" : line;

    private static List<DiffLine> Fold(List<DiffLine> lines)
    {
        var near = new bool[lines.Count];
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Sign == ' ')
                continue;
            for (var j = Math.Max(0, i - Context); j <= Math.Min(lines.Count - 1, i + Context); j++)
                near[j] = true;
        }

        List<DiffLine> folded = [];
        for (var i = 0; i < lines.Count; i++)
        {
            if (near[i])
                folded.Add(lines[i]);
            else if (folded is not [.., { Sign: '…' }])
                folded.Add(new DiffLine('…', ""));
        }

        return folded;
    }
}
