namespace LinboPortal.Core.Jobs;

/// <summary>How many PCs of a job stand where.</summary>
/// <param name="Waiting">Not begun.</param>
/// <param name="Active">Waking, connecting or running.</param>
/// <param name="Done">Ended well.</param>
/// <param name="Failed">Ended badly.</param>
/// <param name="Cancelled">Ended by a person.</param>
/// <param name="Skipped">Not to be done.</param>
/// <param name="AwaitingBoot">Their commands wait for their next boot.</param>
public sealed record JobCounts(int Waiting, int Active, int Done, int Failed, int Cancelled, int Skipped, int AwaitingBoot = 0)
{
    /// <summary>All PCs.</summary>
    public int Total => Waiting + AwaitingBoot + Active + Done + Failed + Cancelled + Skipped;

    /// <summary>PCs that have come to their end.</summary>
    public int Ended => Done + Failed + Cancelled + Skipped;

    /// <summary>Counts states.</summary>
    public static JobCounts Of(IEnumerable<RunState> states)
    {
        var (waiting, active, done, failed, cancelled, skipped, boot) = (0, 0, 0, 0, 0, 0, 0);
        foreach (var state in states)
        {
            _ = state switch
            {
                RunState.Waiting => waiting++,
                RunState.Waking or RunState.Connecting or RunState.Running or RunState.Fetched => active++,
                RunState.Done => done++,
                RunState.Failed => failed++,
                RunState.Cancelled => cancelled++,
                RunState.Skipped => skipped++,
                RunState.AwaitingBoot => boot++,
                _ => throw new ArgumentOutOfRangeException(nameof(states), state, null),
            };
        }

        return new JobCounts(waiting, active, done, failed, cancelled, skipped, boot);
    }
}
