using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;

namespace LinboPortal.Jobs.Running;

/// <summary>One PC's part in a job, while somebody works on it.</summary>
internal sealed record RunWork(RunKit Kit, RunSheet Sheet, RunHost Host)
{
    public Job Job => Sheet.Job.Job;

    public HostRun Row => Sheet.Row;

    public IReadOnlyList<LinboCommand> Commands => Sheet.Job.Commands;

    /// <summary>The name of a command's task on the PC: the same for ever, so that no command runs twice.</summary>
    public string TaskOf(int command) => $"{Row.Id:N}-{command}";

    /// <summary>Says where it stands, without waiting until it is written.</summary>
    public void Say(RunState state, TimeSpan? limit)
    {
        var now = Kit.Now;
        Sheet.Change(r =>
        {
            r.State = state;
            r.StartedAt ??= now;
            r.Deadline = limit is { } patience ? now + patience : null;
        });
        Kit.Writer.Send(Sheet);
    }

    /// <summary>Writes down where it stands, and goes on only once that is safe.</summary>
    public async Task WriteAsync(Action<HostRun> change)
    {
        Sheet.Change(change);
        if (!await Kit.Writer.WriteAsync(Sheet))
            throw new LeaseLostException();
    }

    /// <summary>Waits until the database takes the row; the time that this took is no part of the time that the PC has.</summary>
    public async Task WaitForDatabaseAsync(int tries, CancellationToken ct)
    {
        var since = Kit.Now;
        await Kit.PauseAsync(tries, ct);
        if (!await Kit.Writer.WriteAsync(Sheet).WaitAsync(ct))
            throw new LeaseLostException();
        Sheet.Change(r => r.Deadline += Kit.Now - since);
    }

    /// <summary>True where the database did not answer at some time since then, or does so only now: what looks like a silent PC may be that.</summary>
    public async Task<bool> WasDatabaseAwayAsync(DateTimeOffset since, CancellationToken ct)
    {
        var asked = Kit.Now;
        if (!await Kit.Writer.WriteAsync(Sheet).WaitAsync(ct))
            throw new LeaseLostException();
        return Kit.Writer.AwayAt >= since || Kit.Now - asked > Kit.Options.Connect / 4;
    }
}
