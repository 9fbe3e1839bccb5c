
namespace LinboPortal.Jobs;

/// <summary>A PC's bar on the timeline, in percent of its width.</summary>
public sealed record TimelineBar(RunTile Run, double Left, double Width);

/// <summary>A line across the timeline.</summary>
public sealed record TimelineTick(TimeSpan At, double Left);

/// <summary>The PCs of a wave.</summary>
public sealed record TimelineWave(int Wave, IReadOnlyList<TimelineBar> Bars);

/// <summary>Where bars and ticks of a job's timeline go.</summary>
public sealed record TimelinePlan(IReadOnlyList<TimelineWave> Waves, IReadOnlyList<TimelineTick> Ticks, TimeSpan Length)
{
    private static readonly int[] Steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400];

    /// <summary>Of the PCs that were begun; null where none was.</summary>
    public static TimelinePlan? Of(IEnumerable<RunTile> runs, DateTimeOffset now)
    {
        var begun = runs.Where(r => r.StartedAt is not null).ToList();
        if (begun.Count == 0)
            return null;
        var start = begun.Min(r => r.StartedAt!.Value);
        var length = begun.Max(r => r.EndedAt ?? now) - start;
        if (length < TimeSpan.FromSeconds(1))
            length = TimeSpan.FromSeconds(1);
        var waves = begun.GroupBy(r => r.Wave).OrderBy(g => g.Key).Select(g => new TimelineWave(g.Key, [.. g.OrderBy(r => r.StartedAt).ThenBy(r => r.Position).Select(Bar)]));
        return new TimelinePlan([.. waves], [.. TicksOf(length)], length);

        TimelineBar Bar(RunTile run)
        {
            var left = (run.StartedAt!.Value - start) / length * 100;
            var width = ((run.EndedAt ?? now) - run.StartedAt.Value) / length * 100;
            return new TimelineBar(run, left, Math.Clamp(width, 0.3, 100 - Math.Min(left, 99.7)));
        }
    }

    private static IEnumerable<TimelineTick> TicksOf(TimeSpan length)
    {
        var step = TimeSpan.FromSeconds(Steps.FirstOrDefault(s => length.TotalSeconds / s <= 6, (int)Math.Ceiling(length.TotalSeconds / 6)));
        // The last word would hang over the edge.
        for (var at = TimeSpan.Zero; at <= length * 0.95; at += step)
            yield return new TimelineTick(at, at / length * 100);
    }
}
