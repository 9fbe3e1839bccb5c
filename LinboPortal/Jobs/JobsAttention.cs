using LinboPortal.Core.Accounts;
using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;
using LinboPortal.Dashboard;
using LinboPortal.Infrastructure.Jobs;
using LinboPortal.Infrastructure.Persistence;
using LinboPortal.Shell;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Jobs;

/// <summary>Jobs of the last days in which PCs failed and which nobody has repeated since; of a schedule the last run only.</summary>
internal sealed class JobsAttention(
    IDbContextFactory<PortalDb> databases, IStringLocalizer<DashboardText> text, IStringLocalizer<JobsText> jobsText, TimeProvider time) : IAttentionSource
{
    private const int Most = 5;
    private static readonly TimeSpan News = TimeSpan.FromDays(7);

    public async Task<IReadOnlyList<AttentionItem>> ReadAsync(Person person, CancellationToken ct)
    {
        if (!person.May(Permission.JobsRead))
            return [];
        var since = time.GetUtcNow() - News;
        await using var db = await databases.CreateDbContextAsync(ct);
        var runs = db.HostRuns.VisibleTo(person);
        var failed = db.Jobs.VisibleTo(person).Where(j => j.EndedAt > since && runs.Any(r => r.JobId == j.Id && r.State == RunState.Failed))
            .Where(j => !db.Jobs.Any(again => again.RepeatOf == j.Id))
            .Where(j => j.ScheduleId == null || !db.Jobs.Any(later => later.ScheduleId == j.ScheduleId && later.EndedAt != null && later.Number > j.Number));
        var jobs = await failed.OrderByDescending(j => j.Number).Take(Most + 1).ToListAsync(ct);
        var ids = jobs.ConvertAll(j => j.Id);
        var counts = (await runs.Where(r => ids.Contains(r.JobId)).GroupBy(r => new { r.JobId, r.State, r.Reason })
            .Select(g => new { g.Key.JobId, g.Key.State, g.Key.Reason, Count = g.Count() }).ToListAsync(ct)).ToLookup(c => c.JobId);
        var schedules = await db.Schedules.Where(s => jobs.Select(j => j.ScheduleId).Contains(s.Id)).ToDictionaryAsync(s => s.Id, s => s.Name, ct);
        List<AttentionItem> items = [.. jobs.Take(Most).Select(job =>
        {
            var bad = counts[job.Id].Where(c => c.State == RunState.Failed).ToList();
            var (wrong, all) = (bad.Sum(c => c.Count), counts[job.Id].Sum(c => c.Count));
            var name = job.ScheduleId is { } id && schedules.TryGetValue(id, out var schedule) ? schedule : Title(job);
            return new AttentionItem(
                $"job:{job.Number}", text["Job", name, Sizes.Count(wrong), jobsText.Pcs(all)], Why(job, bad.ToDictionary(b => b.Reason?.ToString() ?? "", b => b.Count)),
                person.May(Permission.JobsRun) ? $"/jobs/{job.Number}?retry=true" : $"/jobs/{job.Number}",
                person.May(Permission.JobsRun) ? jobsText["RetryFailed", Sizes.Count(wrong)] : text["JobDo"], Permission.JobsRead)
            {
                IsBroken = true,
                At = job.EndedAt,
            };
        })];
        if (jobs.Count > Most)
            items.Add(new AttentionItem($"jobs:{jobs[0].Number}", text["JobsMore", Sizes.Count(await failed.CountAsync(ct) - Most)], "", "/jobs?state=failed", text["JobsDo"], Permission.JobsRead));
        return items;
    }

    private string Title(Job job) => CommandLine.TryParse(job.Commands, out var line, out _) ? jobsText.Title(line.Commands, null, job.Wake is not null) : jobsText["Job", job.Number];

    /// <summary>The reasons with their numbers, the most frequent first.</summary>
    private string Why(Job job, Dictionary<string, int> reasons) => text["JobWhy", job.Number, string.Join("; ", reasons.Where(r => r.Key.Length > 0).OrderByDescending(r => r.Value).Take(2)
        .Select(r => $"{Sizes.Count(r.Value)} × {jobsText[$"RunReason.{r.Key}"].Value.TrimEnd('.')}"))];
}
