namespace LinboPortal.Core.Jobs;

/// <summary>How an earlier job of a schedule went.</summary>
/// <param name="Elapsed">From its start until the last PC that ended well.</param>
/// <param name="PerHost">How long each PC took that ended well.</param>
public sealed record PastJob(TimeSpan Elapsed, IReadOnlyList<TimeSpan> PerHost);

/// <summary>How long the next job of a schedule will take.</summary>
/// <param name="Expected">The expected duration, without a margin.</param>
/// <param name="Lead">How long before it shall be ready it has to start: the expected duration and a margin, in full minutes.</param>
/// <param name="Typical">How long the last jobs took (their median); null where there was none.</param>
public sealed record ScheduleForecast(TimeSpan Expected, TimeSpan Lead, TimeSpan? Typical)
{
    /// <summary>What is assumed for each wave while nothing is known.</summary>
    public static readonly TimeSpan DefaultPerWave = TimeSpan.FromMinutes(30);

    /// <summary>How many earlier jobs are looked at.</summary>
    public const int PastJobs = 5;

    /// <summary>A start is never computed to be earlier than this before the time to be ready.</summary>
    public static readonly TimeSpan LongestLead = TimeSpan.FromHours(12);

    private const double MarginShare = 0.2;
    private static readonly TimeSpan LeastMargin = TimeSpan.FromMinutes(3);

    /// <summary>False where nothing is known and the default was taken.</summary>
    public bool IsKnown => Typical is not null;

    /// <summary>Computes a forecast.</summary>
    /// <param name="past">The last jobs; those in which no PC ended well say nothing.</param>
    /// <param name="hosts">PCs that the next one is for.</param>
    /// <param name="waves">Sizes of its waves; PCs beyond them are the last wave.</param>
    /// <param name="fanOut">PCs that are worked on at once.</param>
    public static ScheduleForecast From(IReadOnlyList<PastJob> past, int hosts, IReadOnlyList<int> waves, int fanOut)
    {
        var sizes = Sizes(hosts, waves);
        var known = past.Where(p => p.PerHost.Count > 0).Take(PastJobs).ToList();
        if (known.Count == 0)
        {
            var assumed = DefaultPerWave * Math.Max(1, sizes.Count);
            return new ScheduleForecast(assumed, Shorter(assumed, LongestLead), null);
        }

        var durations = known.SelectMany(p => p.PerHost).Order().ToList();
        var computed = sizes.Aggregate(TimeSpan.Zero, (sum, size) => sum + Wave(durations, size, Math.Max(1, fanOut)));
        var typical = Median(known.Select(p => p.Elapsed));
        // What was measured knows of queues and slow storage, what is computed knows of more PCs: the longer one is the careful one.
        var expected = computed > typical ? computed : typical;
        var margin = expected * MarginShare;
        var lead = expected + (margin > LeastMargin ? margin : LeastMargin);
        return new ScheduleForecast(expected, Shorter(TimeSpan.FromMinutes(Math.Ceiling(lead.TotalMinutes)), LongestLead), typical);
    }

    /// <summary>How many PCs each wave has: the sizes, then the rest.</summary>
    public static IReadOnlyList<int> Sizes(int hosts, IReadOnlyList<int> waves)
    {
        List<int> sizes = [];
        foreach (var wave in waves)
        {
            if (hosts <= 0)
                break;
            sizes.Add(Math.Min(hosts, wave));
            hosts -= wave;
        }

        if (hosts > 0)
            sizes.Add(hosts);
        return sizes;
    }

    // PCs as slow as those before, spread over the wave so that the slowest is one of them; the longest are begun first.
    private static TimeSpan Wave(List<TimeSpan> sorted, int hosts, int fanOut)
    {
        var workers = new PriorityQueue<TimeSpan, TimeSpan>(Enumerable.Repeat((TimeSpan.Zero, TimeSpan.Zero), Math.Min(fanOut, hosts)));
        var end = TimeSpan.Zero;
        for (var host = hosts; host >= 1; host--)
        {
            var index = (int)Math.Ceiling((double)host * sorted.Count / hosts) - 1;
            var free = workers.Dequeue() + sorted[index];
            workers.Enqueue(free, free);
            end = free > end ? free : end;
        }

        return end;
    }

    private static TimeSpan Median(IEnumerable<TimeSpan> times)
    {
        var sorted = times.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
