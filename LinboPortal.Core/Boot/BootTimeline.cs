namespace LinboPortal.Core.Boot;

/// <summary>How a boot ended.</summary>
public enum BootVerdict
{
    /// <summary>It goes on.</summary>
    Running,

    /// <summary>LINBO is up: port 2222 answered.</summary>
    Complete,

    /// <summary>It went silent, and something was missing or broken.</summary>
    Failed,

    /// <summary>It went silent without a reason that the portal could see: perhaps the PC started its system from the disk.</summary>
    Silent,
}

/// <summary>A part of a boot in one stage.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="From">From the start of the boot.</param>
/// <param name="Length">To the next stage.</param>
public sealed record BootSegment(BootStage Stage, TimeSpan From, TimeSpan Length);

/// <summary>A boot made ready to be drawn and explained.</summary>
public sealed record BootTimeline
{
    /// <summary>A boot in which nothing happens for so long is over.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Key of the boot.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its first step (UTC).</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>How it ended.</summary>
    public required BootVerdict Verdict { get; init; }

    /// <summary>How far it came.</summary>
    public required BootStage Stage { get; init; }

    /// <summary><c>bios</c>, <c>uefi</c>, <c>uefi-http</c> or empty.</summary>
    public required string Firmware { get; init; }

    /// <summary>What is drawn: to the last step, or to now while it goes on.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>From the first step to port 2222.</summary>
    public TimeSpan? ReadyAfter { get; init; }

    /// <summary>The bars in the order of their start.</summary>
    public required IReadOnlyList<BootBar> Bars { get; init; }

    /// <summary>Times without a request.</summary>
    public required IReadOnlyList<BootGap> Gaps { get; init; }

    /// <summary>Stages one after the other, for comparing boots.</summary>
    public required IReadOnlyList<BootSegment> Segments { get; init; }

    /// <summary>What went wrong, in the order it came.</summary>
    public required IReadOnlyList<BootProblem> Problems { get; init; }

    /// <summary>Files that were asked for and need not exist.</summary>
    public int Misses => Bars.Where(b => b.Kind == BootBarKind.Misses).Sum(b => b.Files);

    /// <summary>Payload delivered.</summary>
    public long Bytes => Bars.Sum(b => b.Bytes);

    /// <summary>Reads a boot.</summary>
    /// <param name="run">The boot with its steps.</param>
    /// <param name="surroundings">What is known of groups.</param>
    /// <param name="now">The time it is looked at.</param>
    public static BootTimeline Of(BootRun run, BootSurroundings surroundings, DateTimeOffset now)
    {
        List<BootStep> steps = [.. run.Steps.OrderBy(s => s.StartedAt).ThenBy(s => s.Id)];
        var diagnosis = new BootDiagnosis(steps, run.StartedAt, surroundings);
        List<BootProblem> problems = [.. diagnosis.Find()];
        var stage = steps.Where(s => s.Outcome == BootStepOutcome.Served)
            .Aggregate(BootStage.Address, (reached, s) => BootStages.After(s.Kind, s.Path, s.Detail, reached));
        var verdict = VerdictOf(run, problems, now);
        if (verdict == BootVerdict.Silent)
            problems.Add(new BootProblem.WentSilent(run.LastStepAt - run.StartedAt, stage));
        var last = steps.Count == 0 ? run.LastStepAt : steps.Max(s => s.StartedAt + s.Duration);
        var end = verdict == BootVerdict.Running && now > last ? now : last;
        return new BootTimeline
        {
            Id = run.Id,
            StartedAt = run.StartedAt,
            Verdict = verdict,
            Stage = stage,
            Firmware = run.Firmware,
            Length = end - run.StartedAt,
            ReadyAfter = run.CompletedAt - run.StartedAt,
            Bars = BootBars.Fold(steps, run.StartedAt, diagnosis),
            Gaps = BootGaps.Find(steps, run.StartedAt, end),
            Segments = SegmentsOf(steps, run.StartedAt, run.CompletedAt ?? end),
            Problems = problems,
        };
    }

    private static BootVerdict VerdictOf(BootRun run, List<BootProblem> problems, DateTimeOffset now)
    {
        if (run.CompletedAt is not null)
            return BootVerdict.Complete;
        if (now - run.LastStepAt < Patience)
            return BootVerdict.Running;
        return problems.Exists(p => !p.IsRemark) ? BootVerdict.Failed : BootVerdict.Silent;
    }

    private static List<BootSegment> SegmentsOf(List<BootStep> steps, DateTimeOffset start, DateTimeOffset end)
    {
        var begins = new List<(BootStage Stage, DateTimeOffset At)> { (BootStage.Address, start) };
        foreach (var step in steps.Where(s => s.Outcome == BootStepOutcome.Served && s.StartedAt < end))
        {
            var stage = BootStages.After(step.Kind, step.Path, step.Detail, begins[^1].Stage);
            if (stage > begins[^1].Stage && stage != BootStage.Ready)
                begins.Add((stage, step.StartedAt));
        }

        return [.. begins.Select((b, i) => new BootSegment(b.Stage, b.At - start, (i + 1 < begins.Count ? begins[i + 1].At : end) - b.At))
            .Where(s => s.Length > TimeSpan.Zero)];
    }
}
