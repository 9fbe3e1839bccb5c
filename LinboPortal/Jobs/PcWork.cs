using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Hosts;
using LinboPortal.Infrastructure.Jobs;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Jobs;

/// <summary>What a job does on a PC, or did last: for tiles and the PC's page.</summary>
/// <param name="RunId">Key of the run.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Step">The command it is at, as it stands on the wire; empty before the first.</param>
/// <param name="Command">Its number, from 1.</param>
/// <param name="Commands">How many there are.</param>
public sealed record PcWork(Guid RunId, RunState State, string Step, int Command, int Commands)
{
    /// <summary>Whole percent of the command; null where nothing is known.</summary>
    public int? Percent { get; init; }

    /// <summary>Bytes a second, in whole megabytes: finer numbers would be drawn for nothing.</summary>
    public long? Speed { get; init; }

    /// <summary>Why it was not done.</summary>
    public RunReason? Reason { get; init; }

    /// <summary>When it came to its end.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What waits for its next boot, of this job or an earlier one; null where nothing does.</summary>
    public AwaitingRun? Awaiting { get; init; }

    /// <summary>Not at its end.</summary>
    public bool IsOpen => !RunStates.IsEnd(State);

    /// <summary>From an event.</summary>
    public static PcWork Of(PortalEvent.HostProgressed told, DateTimeOffset now) => new(told.RunId, told.State, told.CommandText, told.Command, told.Commands)
    {
        Percent = Whole(told.Percent),
        Speed = Coarse(told.Speed),
        Reason = told.Reason,
        EndedAt = RunStates.IsEnd(told.State) ? now : null,
    };

    internal static int? Whole(double? percent) => percent is { } p ? (int)Math.Clamp(p, 0, 100) : null;

    internal static long? Coarse(long? speed) => speed is { } s ? s / 1_000_000 * 1_000_000 : null;
}

/// <summary>Commands that wait for the next boot of a PC.</summary>
/// <param name="RunId">Key of the run.</param>
/// <param name="Number">Number of the job.</param>
/// <param name="Commands">The commands as linbo-remote has them; empty for options alone.</param>
/// <param name="Since">Since when they lie ready (UTC).</param>
public sealed record AwaitingRun(Guid RunId, int Number, string Commands, DateTimeOffset Since);

/// <summary>Looks up what jobs do on the PCs of a room, or did lately.</summary>
internal sealed class PcWorks(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    /// <summary>How long a result is worth showing beside a PC's state.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromHours(12);

    /// <summary>By PC, the newest run of each; one query.</summary>
    public async Task<IReadOnlyDictionary<Guid, PcWork>> OfRoomAsync(Person person, Guid room, CancellationToken ct)
    {
        if (!person.May(Permission.JobsRead))
            return new Dictionary<Guid, PcWork>();
        await using var db = await databases.CreateDbContextAsync(ct);
        var since = time.GetUtcNow() - Lately;
        // Keys of jobs grow with time: the highest is the newest. A job whose time has not come says nothing about a PC.
        var rows = await db.Hosts.VisibleTo(person).Where(h => h.RoomId == room)
            .Select(h => db.HostRuns.VisibleTo(person).Where(r => r.HostId == h.Id && !db.Jobs.Any(j => j.Id == r.JobId && j.State == JobState.Planned))
                .OrderByDescending(r => r.JobId).Select(r => new { Run = r, db.Jobs.First(j => j.Id == r.JobId).Commands }).FirstOrDefault())
            .Where(r => r!.Run.EndedAt == null || r.Run.EndedAt > since)
            .ToListAsync(ct);
        var awaiting = await AwaitingAsync(db, person, db.HostRuns.Where(r => db.Hosts.Any(h => h.Id == r.HostId && h.RoomId == room)), ct);
        return rows.Where(r => r?.Run.HostId is not null)
            .ToDictionary(r => r!.Run.HostId!.Value, r => Of(r!.Run, r.Commands) with { Awaiting = awaiting.GetValueOrDefault(r.Run.HostId!.Value) });
    }

    /// <summary>What waits for the next boot of a PC; null where nothing does, or not for this person.</summary>
    public async Task<AwaitingRun?> AwaitingBootAsync(Person person, Guid host, CancellationToken ct)
    {
        if (!person.May(Permission.JobsRead))
            return null;
        await using var db = await databases.CreateDbContextAsync(ct);
        return (await AwaitingAsync(db, person, db.HostRuns.Where(r => r.HostId == host), ct)).GetValueOrDefault(host);
    }

    private static async Task<Dictionary<Guid, AwaitingRun>> AwaitingAsync(PortalDb db, Person person, IQueryable<HostRun> runs, CancellationToken ct)
    {
        var rows = await runs.VisibleTo(person).Where(r => r.EndedAt == null && r.State == RunState.AwaitingBoot && r.HostId != null)
            .Join(db.Jobs, r => r.JobId, j => j.Id, (r, j) => new { HostId = r.HostId!.Value, r.Id, j.Number, j.Commands, Since = r.StartedAt ?? j.CreatedAt }).ToListAsync(ct);
        return rows.OrderBy(r => r.Number).GroupBy(r => r.HostId).ToDictionary(g => g.Key, g => g.Select(r => new AwaitingRun(r.Id, r.Number, r.Commands, r.Since)).Last());
    }

    private static PcWork Of(HostRun run, string text)
    {
        var commands = CommandLine.TryParse(text, out var line, out _) ? line.Commands : [];
        var step = run.Command >= 1 && run.Command <= commands.Length ? commands[run.Command - 1].ToString() : "";
        return new PcWork(run.Id, run.State, step, run.Command, commands.Length)
        {
            Percent = PcWork.Whole(run.Percent),
            Speed = PcWork.Coarse(run.Speed),
            Reason = run.Reason,
            EndedAt = run.EndedAt,
        };
    }
}
