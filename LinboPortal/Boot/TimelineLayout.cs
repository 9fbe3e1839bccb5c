using LinboPortal.Core.Boot;

namespace LinboPortal.Boot;

/// <summary>Where a bar's label stands.</summary>
internal enum LabelPlace
{
    Inside,
    After,
    Before,
}

/// <summary>A bar with its place, in percent of the plot's width.</summary>
internal sealed record PlacedBar(BootBar Bar, string Label, double Left, double Width, int Row, LabelPlace Place);

/// <summary>A lane with its bars in as many rows as their labels need.</summary>
internal sealed record PlacedLane(BootLane Lane, int Rows, IReadOnlyList<PlacedBar> Bars);

/// <summary>Lays a timeline out, so that no label covers another.</summary>
internal sealed record TimelineLayout(IReadOnlyList<PlacedLane> Lanes, IReadOnlyList<TimeSpan> Ticks, TimeSpan Length)
{
    /// <summary>Width of the plot that labels are measured for; on a narrower one the style sheet hides those outside of bars.</summary>
    private const double NominalWidth = 940;

    private const double CharacterWidth = 6.5;
    private const double LabelPadding = 14;
    private const double LeastWidth = 0.35;
    private const int MostTicks = 9;
    private static readonly int[] Steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200];

    public static TimelineLayout Of(BootTimeline boot, Func<BootBar, string> label)
    {
        var length = boot.Length < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : boot.Length;
        var lanes = boot.Bars.Select(b => b.Lane).Append(BootLane.Rsync).Append(BootLane.Ssh).Distinct().Order()
            .Select(lane => Place(lane, [.. boot.Bars.Where(b => b.Lane == lane)], length, label)).ToList();
        return new TimelineLayout(lanes, TicksOf(length), length);
    }

    /// <summary>A time as percent of the plot's width.</summary>
    public double Percent(TimeSpan at) => Math.Clamp(at / Length * 100, 0, 100);

    /// <summary>True where a text of that length fits into that time.</summary>
    public bool Fits(TimeSpan time, string text) => TextWidth(text) <= Percent(time);

    private static double TextWidth(string text) => (text.Length * CharacterWidth + LabelPadding) / NominalWidth * 100;

    private static PlacedLane Place(BootLane lane, IReadOnlyList<BootBar> bars, TimeSpan length, Func<BootBar, string> label)
    {
        var rowEnds = new List<double>();
        var placed = new List<PlacedBar>();
        foreach (var bar in bars)
        {
            var text = label(bar);
            var left = Math.Min(bar.From / length * 100, 100 - LeastWidth);
            var width = Math.Max(LeastWidth, Math.Min(bar.Length / length * 100, 100 - left));
            var textWidth = TextWidth(text);
            var place = textWidth <= width ? LabelPlace.Inside : left + width + textWidth <= 100 ? LabelPlace.After : LabelPlace.Before;
            var from = place == LabelPlace.Before ? left - textWidth : left;
            var row = rowEnds.FindIndex(end => end <= from);
            if (row < 0)
            {
                row = rowEnds.Count;
                rowEnds.Add(0);
            }

            rowEnds[row] = place == LabelPlace.After ? left + width + textWidth : left + width + 0.2;
            placed.Add(new PlacedBar(bar, text, left, width, row, place));
        }

        return new PlacedLane(lane, Math.Max(1, rowEnds.Count), placed);
    }

    private static List<TimeSpan> TicksOf(TimeSpan length)
    {
        var step = Steps.FirstOrDefault(s => length.TotalSeconds / s <= MostTicks, Steps[^1]);
        return [.. Enumerable.Range(0, (int)(length.TotalSeconds / step) + 1).Select(i => TimeSpan.FromSeconds(i * (double)step))];
    }
}
