using Hangfire;

namespace LinboPortal.Schedules;

/// <summary>What happens each minute. The rows are the truth, so it does no harm when it comes late, twice, or on several portals at once.</summary>
internal sealed class ScheduleTick(ScheduleStarts starts, ScheduleNotices notices)
{
    /// <summary>Starts what is due and sends what is to be said.</summary>
    [AutomaticRetry(Attempts = 0)] // the next minute is the next try
    public async Task RunAsync(CancellationToken ct)
    {
        await starts.LookAsync(ct);
        await notices.SendAsync(ct);
    }
}
