using LinboPortal.Core.Events;
using LinboPortal.Core.Jobs;

namespace LinboPortal.Jobs;

/// <summary>A PC's part in a job as its tile shows it. Numbers are as coarse as they are drawn: equal tiles need no drawing.</summary>
public sealed record RunTile(Guid Id, Guid? HostId, string Host, int Position, int Wave, RunState State)
{
    /// <summary>The command it is at, from 1; 0 before the first.</summary>
    public int Command { get; init; }

    /// <summary>Whole percent of that command; null where nothing is known.</summary>
    public int? Percent { get; init; }

    /// <summary>Bytes a second.</summary>
    public long? Speed { get; init; }

    /// <summary>Estimated rest of the command.</summary>
    public TimeSpan? Left { get; init; }

    /// <summary>What the PC printed last.</summary>
    public string LastLine { get; init; } = "";

    /// <summary>Why it was not done.</summary>
    public RunReason? Reason { get; init; }

    /// <summary>What the reason is about.</summary>
    public string Detail { get; init; } = "";

    /// <summary>When work began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Somebody wants this PC left alone.</summary>
    public bool CancelRequested { get; init; }

    /// <summary>Waking, connecting or running.</summary>
    public bool IsActive => State is RunState.Waking or RunState.Connecting or RunState.Running or RunState.Fetched;

    /// <summary>Come to its end, whichever.</summary>
    public bool HasEnded => RunStates.IsEnd(State);

    /// <summary>Percent as a share of 1, for rings.</summary>
    public double? Share => Percent / 100.0;

    /// <summary>The tile after an event; its times are those at which the page was told.</summary>
    public RunTile After(PortalEvent.HostProgressed told, DateTimeOffset now) => this with
    {
        State = told.State,
        Command = told.Command,
        Percent = told.Percent is { } percent ? (int)Math.Clamp(percent, 0, 100) : null,
        Speed = told.Speed,
        Left = told.Left,
        LastLine = told.LastLine,
        Reason = told.Reason,
        StartedAt = StartedAt ?? (told.State is RunState.Waiting or RunState.Skipped ? null : now),
        EndedAt = RunStates.IsEnd(told.State) ? EndedAt ?? now : null,
    };

    /// <summary>A row of the database as a tile.</summary>
    internal static RunTile Of(RunRow run) => new(run.Id, run.HostId, run.Host, run.Position, run.Wave, run.State)
    {
        Command = run.Command,
        Percent = run.Percent is { } percent ? (int)Math.Clamp(percent, 0, 100) : null,
        Speed = run.Speed,
        Left = run.Left,
        LastLine = run.LastLine,
        Reason = run.Reason,
        Detail = run.Detail,
        StartedAt = run.StartedAt,
        EndedAt = run.EndedAt,
        CancelRequested = run.CancelRequested,
    };
}

/// <summary>PCs that were not done for the same reason.</summary>
public sealed record RunProblem(RunState State, RunReason Reason, IReadOnlyList<RunTile> Runs);
