using LinboPortal.Core.Events;
using LinboPortal.Core.Jobs;

namespace LinboPortal.Jobs;

/// <summary>The PCs of a job as its page shows them: failed first, then those at work, then who waits, then who is done.</summary>
public sealed class RunBoard
{
    private readonly Dictionary<Guid, RunTile> runs = [];
    private RunTile[] ordered = [];

    /// <summary>The PCs in the order of the page.</summary>
    public IReadOnlyList<RunTile> Runs => ordered;

    /// <summary>How many stand where.</summary>
    public JobCounts Counts { get; private set; } = new(0, 0, 0, 0, 0, 0);

    /// <summary>True once every PC has come to its end.</summary>
    public bool HasEnded => Counts.Ended == Counts.Total;

    /// <summary>How far the whole is, in percent.</summary>
    /// <param name="commands">How many commands each PC carries out.</param>
    public double PercentOf(int commands) =>
        JobProgressNumbers.Percent(Counts, ordered.Where(r => !r.HasEnded).Sum(r => JobProgressNumbers.Fraction(r.Command, r.Percent, commands)));

    /// <summary>PCs that another try may help.</summary>
    public int Retriable => ordered.Count(IsRetriable);

    /// <summary>True for a PC that failed, or was left out because others failed.</summary>
    public static bool IsRetriable(RunTile run) => run.State == RunState.Failed || run.Reason == RunReason.WaveFailed;

    /// <summary>Those that were not done, by reason, the most frequent first.</summary>
    public IReadOnlyList<RunProblem> Problems =>
    [
        .. ordered.Where(r => r is { Reason: not null, State: RunState.Failed or RunState.Skipped }).GroupBy(r => (r.State, r.Reason!.Value))
            .Select(g => new RunProblem(g.Key.State, g.Key.Value, [.. g]))
            .OrderBy(p => p.State == RunState.Skipped).ThenByDescending(p => p.Runs.Count),
    ];

    /// <summary>Takes in what the database says.</summary>
    public void Load(IEnumerable<RunTile> rows)
    {
        runs.Clear();
        foreach (var row in rows)
            runs[row.Id] = row;
        Arrange();
    }

    /// <summary>Takes in what happened; events of other jobs and of PCs that are not shown are none.</summary>
    public void Apply(IEnumerable<PortalEvent.HostProgressed> events, DateTimeOffset now)
    {
        var moved = false;
        foreach (var told in events)
        {
            // A late event of a PC that has ended changes nothing: what ended stays.
            if (!runs.TryGetValue(told.RunId, out var run) || run.HasEnded)
                continue;
            runs[run.Id] = run.After(told, now);
            moved = true;
        }

        if (moved)
            Arrange();
    }

    /// <summary>The PCs of one filter: a state, or <c>active</c>; all where it is none.</summary>
    public IReadOnlyList<RunTile> In(string? filter) => filter switch
    {
        "active" => [.. ordered.Where(r => r.IsActive)],
        _ when Enum.TryParse<RunState>(filter, ignoreCase: true, out var state) => [.. ordered.Where(r => r.State == state)],
        _ => ordered,
    };

    /// <summary>The PC of that name; null where there is none.</summary>
    public RunTile? Find(string? host) => host is null ? null : Array.Find(ordered, r => r.Host.Equals(host, StringComparison.OrdinalIgnoreCase));

    /// <summary>The rest of the job, by how long PCs took that are done; null while nothing can be said.</summary>
    public TimeSpan? Left(DateTimeOffset now)
    {
        if (HasEnded || Usual(now) is not { } usual)
            return null;
        var active = ordered.Where(r => r.IsActive).ToList();
        var rest = active.Sum(r => Math.Max((usual - (now - (r.StartedAt ?? now))).TotalSeconds, r.Left?.TotalSeconds ?? 0));
        return TimeSpan.FromSeconds(Math.Max(1, (rest + Counts.Waiting * usual.TotalSeconds) / Math.Max(1, active.Count)));
    }

    private TimeSpan? Usual(DateTimeOffset now)
    {
        var took = ordered.Where(r => r is { State: RunState.Done, StartedAt: not null, EndedAt: not null }).Select(r => (r.EndedAt!.Value - r.StartedAt!.Value).TotalSeconds).ToList();
        if (took.Count > 0)
            return TimeSpan.FromSeconds(took.Average());
        // Nobody is done: what is well on its way tells the most.
        var ahead = ordered.Where(r => r is { IsActive: true, Percent: >= 5, StartedAt: not null }).Select(r => (now - r.StartedAt!.Value).TotalSeconds * 100 / r.Percent!.Value).ToList();
        return ahead.Count == 0 ? null : TimeSpan.FromSeconds(ahead.Average());
    }

    private void Arrange()
    {
        ordered = [.. runs.Values.OrderBy(r => RankOf(r.State)).ThenBy(r => r.Position)];
        Counts = JobCounts.Of(ordered.Select(r => r.State));
    }

    private static int RankOf(RunState state) => state switch
    {
        RunState.Failed => 0,
        RunState.Running or RunState.Connecting or RunState.Waking or RunState.Fetched => 1,
        RunState.Waiting or RunState.AwaitingBoot => 2,
        RunState.Skipped => 3,
        RunState.Cancelled => 4,
        RunState.Done => 5,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };
}
