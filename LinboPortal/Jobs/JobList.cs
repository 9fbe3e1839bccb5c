using System.Globalization;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Jobs;
using LinboPortal.Hosts;
using LinboPortal.Infrastructure.Jobs;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Jobs;

/// <summary>Reads lists of jobs for people.</summary>
internal sealed class JobList(IDbContextFactory<PortalDb> databases)
{
    private static readonly JobState[] Active = [JobState.Queued, JobState.Running];
    private static readonly JobState[] Ended = [JobState.Done, JobState.Failed, JobState.Cancelled];

    /// <summary>A page of the jobs that the person may see; the last one where there are fewer.</summary>
    public async Task<PageOfJobs> ReadAsync(Person person, JobListQuery query, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var visible = db.Jobs.VisibleTo(person);
        var open = await visible.Where(j => j.EndedAt == null).GroupBy(j => j.State)
            .Select(g => new { State = g.Key, Count = g.Count() }).ToListAsync(ct);
        var matching = Matching(db, person, visible, query);
        var total = await matching.CountAsync(ct);
        var size = Math.Clamp(query.PageSize, 1, JobListQuery.MaxPageSize);
        var page = Math.Clamp(query.Page, 1, Math.Max(1, (total + size - 1) / size));
        // What comes next stands first among planned jobs, what came last everywhere else.
        var ordered = query.Tab == JobTab.Planned ? matching.OrderBy(j => j.NotBefore).ThenBy(j => j.Number) : matching.OrderByDescending(j => j.Number);
        var jobs = await ordered.Skip((page - 1) * size).Take(size).ToListAsync(ct);
        return new PageOfJobs(
            await RowsAsync(db, person, jobs, ct), total, page, size, open.Where(o => Active.Contains(o.State)).Sum(o => o.Count), open.Where(o => o.State == JobState.Planned).Sum(o => o.Count))
        {
            AwaitingBoot = open.Where(o => o.State == JobState.AwaitingBoot).Sum(o => o.Count),
        };
    }

    /// <summary>The lines of these jobs as they are now; for rows that are on a screen.</summary>
    public async Task<IReadOnlyDictionary<Guid, JobRow>> ReadAsync(Person person, IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var jobs = await db.Jobs.VisibleTo(person).Where(j => ids.Contains(j.Id)).ToListAsync(ct);
        return (await RowsAsync(db, person, jobs, ct)).ToDictionary(r => r.Id);
    }

    private static IQueryable<Job> Matching(PortalDb db, Person person, IQueryable<Job> jobs, JobListQuery query)
    {
        // What is hidden of a job cannot be asked for either.
        var runs = db.HostRuns.VisibleTo(person);
        var entirely = db.Jobs.EntirelyVisibleTo(person).Select(j => j.Id);
        jobs = query.Tab switch
        {
            JobTab.Running => jobs.Where(j => Active.Contains(j.State)),
            JobTab.Planned => jobs.Where(j => j.State == JobState.Planned),
            JobTab.History => jobs.Where(j => Ended.Contains(j.State)),
            _ => jobs,
        };
        if (query.State is { } state)
            jobs = jobs.Where(j => j.State == state);
        if (query.HostId is { } host)
            jobs = jobs.Where(j => runs.Any(r => r.JobId == j.Id && r.HostId == host));
        if (query.RoomId is { } room)
            jobs = jobs.Where(j => runs.Any(r => r.JobId == j.Id && r.RoomId == room));
        if (query.ScheduleId is { } schedule)
            jobs = jobs.Where(j => j.ScheduleId == schedule);
        if (query.CreatedBy is { Length: > 0 } author)
            jobs = jobs.Where(j => entirely.Contains(j.Id) && EF.Functions.ILike(j.CreatedBy, Like.Exactly(author), Like.Escape));
        foreach (var word in query.Search.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(8))
        {
            var pattern = Like.Part(word);
            var number = int.TryParse(word.TrimStart('#'), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
            jobs = jobs.Where(j => j.Number == number || EF.Functions.ILike(j.Commands, pattern, Like.Escape)
                || (entirely.Contains(j.Id) && (EF.Functions.ILike(j.Target, pattern, Like.Escape) || EF.Functions.ILike(j.Note, pattern, Like.Escape)
                    || EF.Functions.ILike(j.CreatedBy, pattern, Like.Escape)))
                || runs.Any(r => r.JobId == j.Id && EF.Functions.ILike(r.Host, pattern, Like.Escape)));
        }

        return jobs;
    }

    private static async Task<List<JobRow>> RowsAsync(PortalDb db, Person person, List<Job> jobs, CancellationToken ct)
    {
        var ids = jobs.ConvertAll(j => j.Id);
        var runs = db.HostRuns.VisibleTo(person).Where(r => ids.Contains(r.JobId));
        var states = (await runs.GroupBy(r => new { r.JobId, r.State }).Select(g => new { g.Key.JobId, g.Key.State, Count = g.Count() }).ToListAsync(ct))
            .ToLookup(s => s.JobId);
        var active = (await runs.Where(r => r.EndedAt == null && r.Command > 0).Select(r => new { r.JobId, r.Command, r.Percent }).ToListAsync(ct))
            .ToLookup(r => r.JobId);
        var targets = await SharedTargetsAsync(db, person, ids, ct);
        return jobs.ConvertAll(j =>
        {
            var counts = JobCounts.Of(states[j.Id].SelectMany(s => Enumerable.Repeat(s.State, s.Count)));
            var commands = JobProgressNumbers.CommandsOf(j.Commands);
            var percent = JobProgressNumbers.Percent(counts, active[j.Id].Sum(r => JobProgressNumbers.Fraction(r.Command, r.Percent, commands)));
            var row = new JobRow(
                j.Id, j.Number, j.Target, j.Commands, j.Way, j.Wake, j.Priority, j.State, j.Note, j.CreatedBy, j.CreatedAt, j.NotBefore, j.StartedAt,
                j.EndedAt, j.CancelRequested, j.ScheduleId, counts, percent);
            return targets.TryGetValue(j.Id, out var own) ? row with { Target = own, Note = "", CreatedBy = "" } : row;
        });
    }

    /// <summary>For jobs with PCs that the person does not see: a target that names the person's own PCs.</summary>
    public static async Task<IReadOnlyDictionary<Guid, string>> SharedTargetsAsync(PortalDb db, Person person, IReadOnlyList<Guid> ids, CancellationToken ct)
    {
        if (person.Scope is Scope.All)
            return new Dictionary<Guid, string>();
        var entirely = await db.Jobs.EntirelyVisibleTo(person).Where(j => ids.Contains(j.Id)).Select(j => j.Id).ToListAsync(ct);
        var shared = ids.Except(entirely).ToList();
        var names = await db.HostRuns.VisibleTo(person).Where(r => shared.Contains(r.JobId)).OrderBy(r => r.Position)
            .Select(r => new { r.JobId, r.Host }).ToListAsync(ct);
        return names.GroupBy(n => n.JobId).ToDictionary(g => g.Key, g => "host:" + string.Join(',', g.Select(n => n.Host)));
    }
}
