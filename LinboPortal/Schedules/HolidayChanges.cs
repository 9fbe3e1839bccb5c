using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Jobs;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LinboPortal.Schedules;

/// <summary>What became of holidays that were to be changed.</summary>
internal abstract record HolidaysSaved
{
    private HolidaysSaved()
    {
    }

    /// <summary>Done.</summary>
    /// <param name="Added">Rows that are new.</param>
    /// <param name="Replaced">Rows that were there under the same UIDs.</param>
    /// <param name="Problems">What could not be read in the file.</param>
    public sealed record Done(int Added, int Replaced, IReadOnlyList<ICalendarProblem> Problems) : HolidaysSaved;

    /// <summary>Nothing was written.</summary>
    public sealed record Refused(IReadOnlyList<ScheduleIssue> Issues, IReadOnlyList<ICalendarProblem> Problems) : HolidaysSaved;

    /// <summary>There is no such holiday.</summary>
    public sealed record Gone : HolidaysSaved;

    /// <summary>The person may not.</summary>
    public sealed record Forbidden : HolidaysSaved;
}

/// <summary>Adds, imports and deletes days without school.</summary>
internal sealed class HolidayChanges(IDbContextFactory<PortalDb> databases, PortalEvents events, IOptions<SchedulesOptions> options, TimeProvider time)
{
    /// <summary>Characters that a name may have.</summary>
    public const int LongestName = 200;

    private const int YearsAhead = 3;

    /// <summary>Adds one.</summary>
    public async Task<HolidaysSaved> AddAsync(Person person, string school, string name, DateOnly? from, DateOnly? to, CancellationToken ct)
    {
        if (!ScheduleChanges.MayEdit(person))
            return new HolidaysSaved.Forbidden();
        name = name.Trim();
        if (Check(name, from, to) is { Count: > 0 } issues)
            return new HolidaysSaved.Refused(issues, []);
        await using var db = await databases.CreateDbContextAsync(ct);
        db.Holidays.Add(new Holiday { School = school, Name = name, From = from!.Value, To = to ?? from.Value });
        db.Audit(person, time.GetUtcNow(), AuditActions.HolidayCreate, name, JsonSerializer.Serialize(new { from, to = to ?? from }));
        await db.SaveChangesAsync(ct);
        Tell();
        return new HolidaysSaved.Done(1, 0, []);
    }

    /// <summary>
    /// Takes in an iCal file; what it names by a UID that is there already takes its place. The same UID in another year is another event:
    /// some sources number the events of each year's file anew.
    /// </summary>
    public async Task<HolidaysSaved> ImportAsync(Person person, string school, ReadOnlyMemory<byte> file, CancellationToken ct)
    {
        if (!ScheduleChanges.MayEdit(person))
            return new HolidaysSaved.Forbidden();
        var now = time.GetUtcNow();
        var calendar = ICalendar.Read(file.Span, options.Value.Zone, (now.Year - 1)..(now.Year + YearsAhead));
        if (calendar.Days.Count == 0)
            return new HolidaysSaved.Refused([new ScheduleIssue("file", ScheduleProblem.NothingRead)], calendar.Problems);
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var uids = calendar.Days.Select(d => d.Uid).Distinct().ToArray();
        var named = calendar.Days.Select(d => (d.Uid, d.From.Year)).ToHashSet();
        var known = await db.Holidays.Where(h => h.School == school && uids.Contains(h.Uid)).Select(h => new { h.Id, h.Uid, h.From }).ToListAsync(ct);
        var gone = known.Where(h => named.Contains((h.Uid, h.From.Year))).Select(h => h.Id).ToArray();
        var replaced = await db.Holidays.Where(h => gone.Contains(h.Id)).ExecuteDeleteAsync(ct);
        db.Holidays.AddRange(calendar.Days.Select(d => new Holiday { School = school, Name = d.Name.Length == 0 ? "?" : d.Name, From = d.From, To = d.To, Uid = d.Uid }));
        db.Audit(person, now, AuditActions.HolidayImport, school, JsonSerializer.Serialize(new { added = calendar.Days.Count, replaced }));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        Tell();
        return new HolidaysSaved.Done(calendar.Days.Count, replaced, calendar.Problems);
    }

    /// <summary>Deletes one.</summary>
    public async Task<HolidaysSaved> DeleteAsync(Person person, Guid id, CancellationToken ct)
    {
        if (!ScheduleChanges.MayEdit(person))
            return new HolidaysSaved.Forbidden();
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.Holidays.AsTracking().FirstOrDefaultAsync(h => h.Id == id, ct) is not { } holiday)
            return new HolidaysSaved.Gone();
        db.Holidays.Remove(holiday);
        db.Audit(person, time.GetUtcNow(), AuditActions.HolidayDelete, holiday.Name, JsonSerializer.Serialize(new { from = holiday.From, to = holiday.To }));
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            return new HolidaysSaved.Gone();
        }

        Tell();
        return new HolidaysSaved.Done(0, 1, []);
    }

    // Holidays move the next runs of all schedules.
    private void Tell() => events.Publish(new PortalEvent.ScheduleChanged(Guid.Empty, ""));

    private static List<ScheduleIssue> Check(string name, DateOnly? from, DateOnly? to)
    {
        List<ScheduleIssue> issues = [];
        if (name.Length == 0)
            issues.Add(new ScheduleIssue("name", ScheduleProblem.Missing));
        else if (name.Length > LongestName || name.Any(char.IsControl))
            issues.Add(new ScheduleIssue("name", ScheduleProblem.TooLong, Other: $"{LongestName}"));
        if (from is not { } first || first.Year is < 2000 or > 2200)
            issues.Add(new ScheduleIssue("from", ScheduleProblem.NotADate));
        else if (to is { } last && last < first)
            issues.Add(new ScheduleIssue("to", ScheduleProblem.EndsBeforeStart));
        else if (to is { } end && end.DayNumber - first.DayNumber >= ICalendar.LongestEvent)
            issues.Add(new ScheduleIssue("to", ScheduleProblem.TooLong, Other: $"{ICalendar.LongestEvent}"));
        return issues;
    }
}
