namespace LinboPortal.Core.Hosts;

/// <summary>
/// The cells of a row. linuxmuster.net knows no quoting, but spreadsheets put cells in quotation marks: a cell that is in quotes as a whole is
/// read without them, a quote anywhere else is a character like others.
/// </summary>
internal sealed class CsvCells
{
    private readonly List<CsvCell> all = [];

    private CsvCells(string text)
    {
        for (var at = 0; at <= text.Length;)
        {
            var cell = Next(text, at);
            all.Add(cell);
            at = cell.Start + cell.Raw.Length + 1;
        }
    }

    /// <summary>How many there are.</summary>
    public int Count => all.Count;

    /// <summary>True where a cell was in quotes.</summary>
    public bool HasQuotes { get; private set; }

    /// <summary>The first cell that begins with a quote which nothing closes; null where there is none.</summary>
    public CsvCell? Unclosed { get; private set; }

    /// <summary>Reads a row.</summary>
    public static CsvCells Read(string text)
    {
        var cells = new CsvCells(text);
        // A whole row in one pair of quotes: the spreadsheet took the semicolons for text.
        return cells is { Count: 1, HasQuotes: true } && cells.all[0].Text.Contains(';', StringComparison.Ordinal)
            ? new CsvCells(cells.all[0].Text) { HasQuotes = true }
            : cells;
    }

    /// <summary>A cell's text, trimmed and without quotes; empty where there is no such cell.</summary>
    public string this[int index] => index >= 0 && index < all.Count ? all[index].Text : "";

    /// <summary>Where a cell starts, from 1; the end of the row where it has no such cell.</summary>
    public int ColumnOf(int index) => index < 0 ? 1 : index < all.Count ? all[index].Start + 1 : all[^1].Start + all[^1].Raw.Length + 1;

    /// <summary>The row with other texts in some cells; the others stay as they are written.</summary>
    public string With(IReadOnlyDictionary<int, string> changes) => string.Join(';', Enumerable.Range(0, Math.Max(all.Count, changes.Keys.Max() + 1))
        .Select(i => changes.TryGetValue(i, out var text) ? text : i < all.Count ? all[i].Raw : ""));

    private CsvCell Next(string text, int start)
    {
        var first = start;
        while (first < text.Length && text[first] is ' ' or '\t')
            first++;
        if (first < text.Length && text[first] == '"')
        {
            if (Quoted(text, first) is { } quoted)
            {
                HasQuotes = true;
                return quoted with { Start = start, Raw = text[start..(start + quoted.Raw.Length + first - start)] };
            }

            Unclosed ??= Plain(text, start);
        }

        return Plain(text, start);
    }

    private static CsvCell Plain(string text, int start)
    {
        var end = text.IndexOf(';', start);
        var raw = end < 0 ? text[start..] : text[start..end];
        return new CsvCell(start, raw, raw.Trim());
    }

    /// <summary>A cell in quotes, two of which stand for one within; null where the closing one is missing or text follows it.</summary>
    private static CsvCell? Quoted(string text, int open)
    {
        var content = new System.Text.StringBuilder();
        var at = open + 1;
        for (; at < text.Length; at++)
        {
            if (text[at] != '"')
                content.Append(text[at]);
            else if (at + 1 < text.Length && text[at + 1] == '"')
                content.Append(text[at++]);
            else
                break;
        }

        if (at >= text.Length)
            return null;
        var end = at + 1;
        while (end < text.Length && text[end] is ' ' or '\t')
            end++;
        return end == text.Length || text[end] == ';' ? new CsvCell(open, text[open..end], content.ToString().Trim()) : null;
    }
}

/// <summary>One cell.</summary>
/// <param name="Start">Index of its first character.</param>
/// <param name="Raw">As written.</param>
/// <param name="Text">As read.</param>
internal sealed record CsvCell(int Start, string Raw, string Text);
