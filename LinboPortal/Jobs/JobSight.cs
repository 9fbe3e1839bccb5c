using LinboPortal.Core.Accounts;
using LinboPortal.Core.Jobs;
using LinboPortal.Infrastructure.Jobs;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Jobs;

/// <summary>One job, as its page shows it. Counts are of the PCs that the person sees.</summary>
/// <param name="MayEnd">True where the person may cancel it.</param>
public sealed record JobView(
    JobRow Job, string School, TimeSpan Between, bool Broadcast, bool NoGui, bool NoAuto, string Waves, int? RepeatOf, IReadOnlyList<string> CommandTexts, bool MayEnd);

/// <summary>A PC's part in a job.</summary>
public sealed record RunRow(
    Guid Id, Guid JobId, Guid? HostId, string Host, Guid RoomId, int Position, int Wave, RunState State, int Command, double? Percent, long? Speed,
    TimeSpan? Left, string LastLine, RunReason? Reason, string Detail, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, DateTimeOffset? Deadline,
    bool CancelRequested);

/// <summary>A place in a run's log: read on behind it.</summary>
/// <param name="Command">Number of the command, from 1.</param>
/// <param name="Offset">Offset of a piece in the command's output.</param>
internal sealed record LogPlace(int Command, long Offset);

/// <summary>A piece of a run's log.</summary>
internal sealed record LogPiece(int Command, long Offset, string Text, DateTimeOffset At)
{
    public LogPlace Place => new(Command, Offset);
}

/// <summary>Reads one job and its runs for people.</summary>
internal sealed class JobSight(IDbContextFactory<PortalDb> databases, JobList list)
{
    private const int MostErrorLines = 500;

    /// <summary>The job of that number or key; null where there is none that the person may see.</summary>
    public async Task<JobView?> FindAsync(Person person, string numberOrId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await Named(db.Jobs.VisibleTo(person), numberOrId).FirstOrDefaultAsync(ct) is not { } job
            || (await list.ReadAsync(person, [job.Id], ct)).GetValueOrDefault(job.Id) is not { } row)
            return null;
        var repeats = job.RepeatOf is { } first ? await db.Jobs.Where(j => j.Id == first).Select(j => (int?)j.Number).FirstOrDefaultAsync(ct) : null;
        IReadOnlyList<string> commands = job.Commands.Length == 0 ? [] : [.. Core.Remote.CommandLine.Parse(job.Commands).Commands.Select(c => c.ToString())];
        return new JobView(row, job.School, job.Between, job.Broadcast, job.NoGui, job.NoAuto, job.Waves, repeats, commands,
            person.May(Permission.JobsRun) && await JobChanges.MayEndAsync(db, person, job, ct));
    }

    /// <summary>The runs of a job in their order, as far as the person sees them.</summary>
    /// <param name="person">Who asks.</param>
    /// <param name="job">Key of the job.</param>
    /// <param name="state">In this state only.</param>
    /// <param name="skip">Leave out the first.</param>
    /// <param name="take">At most so many.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<IReadOnlyList<RunRow>> RunsAsync(Person person, Guid job, RunState? state, int skip, int take, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var runs = db.HostRuns.VisibleTo(person).Where(r => r.JobId == job);
        if (state is not null)
            runs = runs.Where(r => r.State == state);
        return await Select(runs.OrderBy(r => r.Position).Skip(skip).Take(take)).ToListAsync(ct);
    }

    /// <summary>One run by its key; null where there is none that the person may see.</summary>
    public async Task<RunRow?> RunAsync(Person person, Guid run, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await Select(db.HostRuns.VisibleTo(person).Where(r => r.Id == run)).FirstOrDefaultAsync(ct);
    }

    /// <summary>One run of a job, by its key or the PC's name; null where there is none that the person may see.</summary>
    public async Task<RunRow?> RunAsync(Person person, string job, string idOrHost, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var jobs = Named(db.Jobs, job).Select(j => j.Id);
        var runs = db.HostRuns.VisibleTo(person).Where(r => jobs.Contains(r.JobId));
        var name = idOrHost.ToLowerInvariant();
        return await Select(Guid.TryParse(idOrHost, out var id) ? runs.Where(r => r.Id == id) : runs.Where(r => r.Host == name)).FirstOrDefaultAsync(ct);
    }

    /// <summary>The newest runs of a host, newest first.</summary>
    public async Task<IReadOnlyList<(RunRow Run, JobRow Job)>> OfHostAsync(Person person, Guid host, int take, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var runs = await Select(db.HostRuns.VisibleTo(person).Where(r => r.HostId == host).OrderByDescending(r => r.JobId).Take(take)).ToListAsync(ct);
        var jobs = await list.ReadAsync(person, [.. runs.Select(r => r.JobId).Distinct()], ct);
        return [.. runs.Where(r => jobs.ContainsKey(r.JobId)).Select(r => (r, jobs[r.JobId]))];
    }

    /// <summary>What a PC printed: pieces behind a place, oldest first; from the beginning for null.</summary>
    /// <returns>Null where there is no such run that the person may see.</returns>
    public async Task<IReadOnlyList<LogPiece>?> LogAsync(Person person, Guid run, LogPlace? after, int take, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (!await db.HostRuns.VisibleTo(person).AnyAsync(r => r.Id == run, ct))
            return null;
        var pieces = db.RunOutputs.Where(o => o.RunId == run);
        if (after is var (command, offset))
            pieces = pieces.Where(o => o.Command > command || (o.Command == command && o.Offset > offset));
        return await pieces.OrderBy(o => o.Command).ThenBy(o => o.Offset).Take(take)
            .Select(o => new LogPiece(o.Command, o.Offset, o.Text, o.At)).ToListAsync(ct);
    }

    /// <summary>The last pieces of what a PC printed, oldest first.</summary>
    public async Task<IReadOnlyList<LogPiece>?> LogTailAsync(Person person, Guid run, int take, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (!await db.HostRuns.VisibleTo(person).AnyAsync(r => r.Id == run, ct))
            return null;
        var last = await db.RunOutputs.Where(o => o.RunId == run).OrderByDescending(o => o.Command).ThenByDescending(o => o.Offset).Take(take)
            .Select(o => new LogPiece(o.Command, o.Offset, o.Text, o.At)).ToListAsync(ct);
        last.Reverse();
        return last;
    }

    /// <summary>The line of each failed PC's log that says what went wrong; PCs whose log says nothing are left out.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> ErrorLinesAsync(Person person, Guid job, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var tails = await db.HostRuns.VisibleTo(person).Where(r => r.JobId == job && r.State == RunState.Failed).Take(MostErrorLines)
            .Select(r => new { r.Id, Texts = db.RunOutputs.Where(o => o.RunId == r.Id).OrderByDescending(o => o.Command).ThenByDescending(o => o.Offset).Take(2).Select(o => o.Text).ToList() })
            .ToListAsync(ct);
        return tails.Select(t => (t.Id, Line: ErrorLine.LastOf(string.Concat(t.Texts.AsEnumerable().Reverse())))).Where(t => t.Line.Length > 0).ToDictionary(t => t.Id, t => t.Line);
    }

    /// <summary>The job of that number or key.</summary>
    public static IQueryable<Job> Named(IQueryable<Job> jobs, string numberOrId) =>
        Guid.TryParse(numberOrId, out var id) ? jobs.Where(j => j.Id == id)
        : int.TryParse(numberOrId, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? jobs.Where(j => j.Number == number)
        : jobs.Where(j => false);

    private static IQueryable<RunRow> Select(IQueryable<HostRun> runs) => runs.Select(r => new RunRow(
        r.Id, r.JobId, r.HostId, r.Host, r.RoomId, r.Position, r.Wave, r.State, r.Command, r.Percent, r.Speed, r.Left, r.LastLine, r.Reason, r.Detail,
        r.StartedAt, r.EndedAt, r.Deadline, r.CancelRequested));
}
