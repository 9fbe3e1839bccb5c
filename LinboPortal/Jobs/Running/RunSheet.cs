using LinboPortal.Core.Jobs;

namespace LinboPortal.Jobs.Running;

/// <summary>
/// A run while it is worked on: the row as it shall be, and what the PC printed since it was last written. One worker changes it, the writer takes
/// copies.
/// </summary>
internal sealed class RunSheet(HostRun row, JobWork job)
{
    private readonly Lock gate = new();
    private readonly List<RunOutput> printed = [];
    private readonly HostRun row = row;
    private bool mustTrim;
    private TaskCompletionSource<bool>? waiter;

    public Guid Id { get; } = row.Id;

    public JobWork Job { get; } = job;

    public RunState State => row.State;

    /// <summary>The row as the worker left it; for the worker alone.</summary>
    public HostRun Row => row;

    /// <summary>Its part of the job, from 0 to 1; an end counts as a whole.</summary>
    public double Fraction => row.EndedAt is null ? JobProgressNumbers.Fraction(row.Command, row.Percent, Job.Commands.Length) : 1;

    /// <summary>Changes the row.</summary>
    public void Change(Action<HostRun> change)
    {
        lock (gate)
            change(row);
    }

    /// <summary>Keeps what the PC printed: the beginning, and the end of what comes behind it.</summary>
    public void Print(string text, long offset, long next, DateTimeOffset at, long kept)
    {
        lock (gate)
        {
            row.Offset = next;
            if (offset >= kept)
            {
                printed.RemoveAll(p => p.Offset >= kept && p.Offset < offset - kept && p.Command == row.Command);
                mustTrim = offset >= 2 * kept;
            }

            printed.Add(new RunOutput { RunId = Id, Command = row.Command, Offset = offset, Text = text, At = at });
        }
    }

    /// <summary>Told once what stands here is in the database: true, or false where the run is another portal's by now.</summary>
    public Task<bool> Written()
    {
        lock (gate)
            return (waiter ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    /// <summary>What is to be written.</summary>
    public SheetCopy Take()
    {
        lock (gate)
        {
            var copy = new SheetCopy(this, row.Copy(), [.. printed], mustTrim, waiter);
            printed.Clear();
            (waiter, mustTrim) = (null, false);
            return copy;
        }
    }
}

/// <summary>What is to be written of a sheet.</summary>
internal sealed record SheetCopy(RunSheet Sheet, HostRun Row, IReadOnlyList<RunOutput> Printed, bool MustTrim, TaskCompletionSource<bool>? Waiter);

internal static class HostRunCopies
{
    public static HostRun Copy(this HostRun r) => new()
    {
        Id = r.Id,
        JobId = r.JobId,
        HostId = r.HostId,
        Host = r.Host,
        RoomId = r.RoomId,
        Position = r.Position,
        Wave = r.Wave,
        State = r.State,
        Command = r.Command,
        BootId = r.BootId,
        Offset = r.Offset,
        Percent = r.Percent,
        Speed = r.Speed,
        Left = r.Left,
        LastLine = r.LastLine,
        Reason = r.Reason,
        Detail = r.Detail,
        StartedAt = r.StartedAt,
        EndedAt = r.EndedAt,
        Deadline = r.Deadline,
        CancelRequested = r.CancelRequested,
        LeaseOwner = r.LeaseOwner,
        LeaseUntil = r.LeaseUntil,
    };
}
