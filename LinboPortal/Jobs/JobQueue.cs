using LinboPortal.Core.Jobs;

namespace LinboPortal.Jobs;

/// <summary>Hands jobs to those who work on them, in this portal or another.</summary>
/// <param name="hand">Does it; null where only rows are left for others to find.</param>
internal sealed class JobQueue(Action<Job>? hand = null)
{
    /// <summary>Hands a job over, for now or for its time.</summary>
    public void Enqueue(Job job) => hand?.Invoke(job);
}
