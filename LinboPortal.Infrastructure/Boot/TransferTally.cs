using LinboPortal.Core.Boot;

namespace LinboPortal.Infrastructure.Boot;

/// <summary>Counts what was observed since the start, by kind; many servers write at once.</summary>
public sealed class TransferTally
{
    private static readonly int Outcomes = Enum.GetValues<BootStepOutcome>().Length;

    private readonly long[] counts = new long[Enum.GetValues<BootStepKind>().Length * Outcomes];
    private readonly long[] bytes = new long[Enum.GetValues<BootStepKind>().Length];

    /// <summary>Observations of that kind that ended so.</summary>
    public long Count(BootStepKind kind, BootStepOutcome outcome) => Interlocked.Read(ref counts[((int)kind * Outcomes) + (int)outcome]);

    /// <summary>Bytes delivered.</summary>
    public long Bytes(BootStepKind kind) => Interlocked.Read(ref bytes[(int)kind]);

    internal void Take(BootObservation seen)
    {
        Interlocked.Increment(ref counts[((int)seen.Kind * Outcomes) + (int)seen.Outcome]);
        Interlocked.Add(ref bytes[(int)seen.Kind], seen.Bytes);
    }
}
