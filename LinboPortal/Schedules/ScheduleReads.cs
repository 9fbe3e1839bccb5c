using LinboPortal.Core.Accounts;
using LinboPortal.Core.Jobs;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Schedules;

/// <summary>The last job of a schedule.</summary>
public sealed record LastJob(int Number, JobState State, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt, int Hosts, int Done, int Failed);

/// <summary>A schedule, what became of it, and what comes.</summary>
/// <param name="Next">The next start; null where it is off or never comes.</param>
/// <param name="NoticeProblem">Why the last message about it was not sent; empty where it was.</param>
public sealed record ScheduleDetails(Schedule Schedule, ScheduleForecast? Forecast, ScheduledStart? Next, LastJob? LastJob, string NoticeProblem);

/// <summary>A page of schedules.</summary>
internal sealed record ScheduleRows(IReadOnlyList<ScheduleDetails> Rows, int Total, int Enabled);

/// <summary>Reads schedules with their next and last runs.</summary>
internal sealed class ScheduleReads(IDbContextFactory<PortalDb> databases, ForecastReads forecasts, TimeProvider time)
{
    /// <summary>How far ahead the next run is looked for: over a summer, and over the 29 February.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(370);

    /// <summary>True for those who may see schedules: they name PCs of the whole school.</summary>
    public static bool MayRead(Person person) => person.May(Permission.JobsRead) && person.Scope is Scope.All;

    /// <summary>Schedules by name; null where the person may not see them.</summary>
    public async Task<ScheduleRows?> ListAsync(Person person, int skip, int take, CancellationToken ct)
    {
        if (!MayRead(person))
            return null;
        await using var db = await databases.CreateDbContextAsync(ct);
        var schedules = await db.Schedules.Include(s => s.State).OrderBy(s => s.School).ThenBy(s => s.Name).Skip(skip).Take(take).ToListAsync(ct);
        List<ScheduleDetails> rows = [];
        foreach (var schedule in schedules)
            rows.Add(Shown(person, await DetailsAsync(db, schedule, ct)));
        return new ScheduleRows(rows, await db.Schedules.CountAsync(ct), await db.Schedules.CountAsync(s => s.Enabled, ct));
    }

    /// <summary>One schedule by key or name; null where there is none that the person may see.</summary>
    public async Task<ScheduleDetails?> FindAsync(Person person, string idOrName, CancellationToken ct)
    {
        if (!MayRead(person))
            return null;
        await using var db = await databases.CreateDbContextAsync(ct);
        var schedules = db.Schedules.Include(s => s.State).OrderBy(s => s.School);
        var found = Guid.TryParse(idOrName, out var id)
            ? await schedules.FirstOrDefaultAsync(s => s.Id == id, ct)
            : await schedules.FirstOrDefaultAsync(s => s.Name == idOrName, ct);
        return found is null ? null : Shown(person, await DetailsAsync(db, found, ct));
    }

    /// <summary>The address of a web-hook opens the channel to everybody who knows it: those who may not change schedules see its host only.</summary>
    private static ScheduleDetails Shown(Person person, ScheduleDetails details)
    {
        if (!ScheduleChanges.MayEdit(person))
            details.Schedule.WebHook = ScheduleRules.HostOf(details.Schedule.WebHook);
        return details;
    }

    /// <summary>The next starts of a form that need not be saved, with the days that are left out for holidays in between.</summary>
    /// <returns>Null where its times cannot be read yet.</returns>
    public async Task<(IReadOnlyList<ScheduledStart> Starts, ScheduleForecast? Forecast)?> NextAsync(
        Person person, ScheduleForm form, Guid? id, int count, CancellationToken ct)
    {
        if (!MayRead(person) || ScheduleRules.TimeOf(form.At) is not { } at || ScheduleRules.ZoneOf(form.TimeZone) is not { } zone)
            return null;
        await using var db = await databases.CreateDbContextAsync(ct);
        var forecast = await forecasts.OfAsync(db, person.UserName, id, form.Target, form.School, form.Waves, ct);
        var now = time.GetUtcNow();
        var holidays = form.SkipHolidays ? await HolidayReads.DaysAsync(db, form.School, now, ct) : HolidayDays.None;
        var times = new ScheduleTimes(form.Days, at, zone, form.ReadyBy ? forecast.Lead : TimeSpan.Zero, holidays);
        List<ScheduledStart> starts = [];
        foreach (var start in ScheduleClock.WithHolidays(times, now, now + Ahead))
        {
            starts.Add(start);
            if (start.Holiday is null && --count <= 0)
                break;
        }

        return (starts, forecast);
    }

    /// <summary>The times of a saved schedule with the lead that it needs today.</summary>
    public async Task<(ScheduleTimes Times, ScheduleForecast? Forecast)> TimesAsync(PortalDb db, Schedule schedule, CancellationToken ct)
    {
        var forecast = schedule.ReadyBy ? await forecasts.OfAsync(db, schedule.SavedBy, schedule.Id, schedule.Target, schedule.School, schedule.Waves, ct) : null;
        var holidays = schedule.SkipHolidays ? await HolidayReads.DaysAsync(db, schedule.School, time.GetUtcNow(), ct) : HolidayDays.None;
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(schedule.TimeZone, out var known) ? known : TimeZoneInfo.Utc;
        return (new ScheduleTimes(schedule.Days, schedule.At, zone, forecast?.Lead ?? TimeSpan.Zero, holidays), forecast);
    }

    /// <summary>The schedules of which a time is due or was missed.</summary>
    public async Task<IReadOnlyList<(Schedule Schedule, ScheduleDue Due)>> DueAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        List<(Schedule, ScheduleDue)> all = [];
        foreach (var schedule in await db.Schedules.Include(s => s.State).Where(s => s.Enabled).OrderBy(s => s.Id).ToListAsync(ct))
        {
            var (times, _) = await TimesAsync(db, schedule, ct);
            var due = ScheduleClock.DueAt(schedule, times, time.GetUtcNow());
            if (due.HandledUntil is not null)
                all.Add((schedule, due));
        }

        return all;
    }

    private async Task<ScheduleDetails> DetailsAsync(PortalDb db, Schedule schedule, CancellationToken ct)
    {
        var (times, forecast) = await TimesAsync(db, schedule, ct);
        var now = time.GetUtcNow();
        var next = schedule.Enabled
            ? ScheduleClock.Between(times, now, now + Ahead).FirstOrDefault(s => schedule.State.LastDueAt is not { } handled || s.At > handled)
            : null;
        var last = await db.Jobs.Where(j => j.ScheduleId == schedule.Id).OrderByDescending(j => j.CreatedAt)
            .Select(j => new LastJob(
                j.Number, j.State, j.CreatedAt, j.EndedAt, j.Runs.Count, j.Runs.Count(r => r.State == RunState.Done), j.Runs.Count(r => r.State == RunState.Failed)))
            .FirstOrDefaultAsync(ct);
        var problem = await db.ScheduleNotices.Where(n => n.ScheduleId == schedule.Id).OrderByDescending(n => n.CreatedAt).ThenByDescending(n => n.Problem)
            .Select(n => n.Problem).FirstOrDefaultAsync(ct);
        return new ScheduleDetails(schedule, forecast, next, last, problem ?? "");
    }
}
