using System.Threading.Channels;
using LinboPortal.Core.Jobs;

namespace LinboPortal.Jobs;

/// <summary>Hands jobs to those who work on them.</summary>
internal sealed class JobQueue
{
    private readonly Channel<Guid> waiting = Channel.CreateUnbounded<Guid>();

    /// <summary>The keys of jobs whose time has come.</summary>
    public ChannelReader<Guid> Waiting => waiting.Reader;

    /// <summary>Hands a job over.</summary>
    public void Enqueue(Job job)
    {
        if (job.State == JobState.Queued)
            waiting.Writer.TryWrite(job.Id);
    }
}
