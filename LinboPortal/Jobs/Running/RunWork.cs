using LinboPortal.Core.Groups;
using LinboPortal.Core.Hosts;
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

    /// <summary>
    /// What the PC is doing: another system that it was seen in lately is believed, anything else is looked at. What answered LINBO's port lately
    /// and is silent now may be busy: it is tried.
    /// </summary>
    public async Task<HostState> SeenAsync(CancellationToken ct)
    {
        var isKnown = Host.SeenAt is { } seen && Kit.Now - seen < Kit.Options.KnownFor;
        if (isKnown && PcParts.IsOtherSystem(Host.State))
            return Host.State;
        if (Host.Address is null)
            return Host.State;
        var found = await WakeStep.LookAsync(Kit, Host.Address, ct);
        return found switch
        {
            HostState.Off when isKnown && Host.State is HostState.Linbo or HostState.Booting => Host.State,
            // Something refuses connections: perhaps a LINBO whose SSH is not ready. Whether it works is seen by connecting.
            HostState.On => Host.State == HostState.Booting ? HostState.Booting : HostState.Unknown,
            _ => found,
        };
    }

    /// <summary>True where the portal may log in to the system that the PC runs.</summary>
    public bool HasAccess(HostState state) => SystemAccess.Of(state) is { } system && Host.Systems.Any(s => s.System == system);

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
