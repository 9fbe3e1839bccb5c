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
}
