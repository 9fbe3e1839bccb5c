using LinboPortal.Core.Accounts;
using LinboPortal.Core.Jobs;
using LinboPortal.Dashboard;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Schedules;

/// <summary>Schedules that were not run, and messages about them that reached nobody.</summary>
internal sealed class SchedulesAttention(IDbContextFactory<PortalDb> databases, IStringLocalizer<DashboardText> text, IStringLocalizer<SchedulesText> words, TimeProvider time)
    : IAttentionSource
{
    private static readonly TimeSpan News = TimeSpan.FromDays(7);
    private static readonly ScheduleResult[] NotRun = [ScheduleResult.Missed, ScheduleResult.AccountGone, ScheduleResult.NotAllowed, ScheduleResult.Refused];

    public async Task<IReadOnlyList<AttentionItem>> ReadAsync(Person person, CancellationToken ct)
    {
        // Schedules are of whole schools: who has a room or two sees none.
        if (!person.May(Permission.JobsRead) || person.Scope is not Scope.All)
            return [];
        var since = time.GetUtcNow() - News;
        await using var db = await databases.CreateDbContextAsync(ct);
        var silent = await db.Schedules.Where(s => s.Enabled && s.State.ResultAt > since && NotRun.Contains(s.State.Result!.Value)).OrderBy(s => s.Name)
            .Select(s => new { s.Id, s.Name, s.State.Result, s.State.ResultAt }).ToListAsync(ct);
        // The last message of each way tells how that way is.
        var unsent = await db.ScheduleNotices.Where(n => n.CreatedAt > since && n.SentAt == null && n.Attempts > 0 && n.Problem != "")
            .Where(n => !db.ScheduleNotices.Any(later => later.ScheduleId == n.ScheduleId && later.Channel == n.Channel && later.CreatedAt > n.CreatedAt && (later.SentAt != null || later.Problem != "")))
            .Join(db.Schedules, n => n.ScheduleId, s => s.Id, (n, s) => new { n.Id, n.Channel, n.Problem, n.CreatedAt, n.NextAttemptAt, ScheduleId = s.Id, s.Name })
            .OrderByDescending(n => n.CreatedAt).ToListAsync(ct);
        return
        [
            .. silent.Select(s => new AttentionItem(
                $"schedule:{s.Id}:{s.ResultAt?.UtcTicks}", text["Schedule", s.Name], words[$"Result.{s.Result}"], $"/schedules/{s.Id}", text["ScheduleDo"], Permission.JobsRead) { IsBroken = true, At = s.ResultAt }),
            .. unsent.Select(n => new AttentionItem(
                $"notice:{n.Id}", text[$"Notice.{n.Channel}", n.Name], NoticeProblems.Sentence(words, n.Problem) + (n.NextAttemptAt is null ? "" : " " + text["NoticeAgain"]), $"/schedules/{n.ScheduleId}", text["ScheduleDo"],
                Permission.JobsRead) { At = n.CreatedAt }),
        ];
    }
}
