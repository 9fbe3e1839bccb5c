using LinboPortal.Core.Events;
using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;

namespace LinboPortal.Jobs.Running;

/// <summary>A job while it is worked on in this portal: its commands, its numbers, and who is told of them.</summary>
internal sealed class JobWork
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, (RunState State, double Fraction)> runs;
    private readonly IReadOnlyList<Guid> rooms;
    private readonly PortalEvents events;
    private readonly TimeProvider time;
    private long told;
    private bool isDelayed;

    public JobWork(Job job, IReadOnlyCollection<HostRun> runs, PortalEvents events, TimeProvider time)
    {
        (Job, this.events, this.time) = (job, events, time);
        Commands = job.Commands.Length == 0 ? [] : [.. CommandLine.Parse(job.Commands).Commands];
        rooms = [.. runs.Select(r => r.RoomId).Distinct()];
        this.runs = runs.ToDictionary(r => r.Id, r => (r.State, r.EndedAt is null ? JobProgressNumbers.Fraction(r.Command, r.Percent, Commands.Length) : 1));
        told = time.GetTimestamp() - time.TimestampFrequency;
    }

    public Job Job { get; }

    public LinboCommand[] Commands { get; }

    public IReadOnlyList<Guid> Rooms => rooms;

    /// <summary>One PC after another is woken, with the pause that was asked for.</summary>
    public SemaphoreSlim WakeTurn { get; } = new(1, 1);

    /// <summary>The command that a run is at, as it stands on the wire; empty before the first.</summary>
    public string TextOf(int command) => command > 0 && command <= Commands.Length ? Commands[command - 1].ToString() : "";

    /// <summary>Tells how a run stands, and soon how the job does.</summary>
    public void Tell(HostRun run)
    {
        events.Publish(new PortalEvent.HostProgressed(
            run.JobId, run.Id, run.HostId, run.Host, run.RoomId, run.State, run.Command, Commands.Length, TextOf(run.Command), run.Percent, run.Speed,
            run.Left, run.LastLine, run.Reason));
        lock (gate)
        {
            runs[run.Id] = (run.State, run.EndedAt is null ? JobProgressNumbers.Fraction(run.Command, run.Percent, Commands.Length) : 1);
            if (isDelayed)
                return;
            isDelayed = true;
        }

        _ = TellAsync();
    }

    // At most twice a second, and what was held back is told in the end.
    private async Task TellAsync()
    {
        var wait = Quiet - time.GetElapsedTime(Interlocked.Read(ref told));
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, time);
        PortalEvent progress;
        lock (gate)
        {
            isDelayed = false;
            told = time.GetTimestamp();
            var counts = JobCounts.Of(runs.Values.Select(r => r.State));
            var active = runs.Values.Where(r => r.State is RunState.Waiting or RunState.Waking or RunState.Connecting or RunState.Running).Sum(r => r.Fraction);
            progress = new PortalEvent.JobProgress(Job.Id, Job.Number, counts, JobProgressNumbers.Percent(counts, active), rooms);
        }

        events.Publish(progress);
    }
}
