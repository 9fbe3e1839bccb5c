using LinboPortal.Core.Accounts;
using LinboPortal.Core.Jobs;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Schedules;

/// <summary>A holiday in lists.</summary>
/// <param name="IsImported">It came from a file.</param>
internal sealed record HolidayRow(Guid Id, string School, string Name, DateOnly From, DateOnly To, bool IsImported)
{
    /// <summary>How many days.</summary>
    public int Days => To.DayNumber - From.DayNumber + 1;
}

/// <summary>A page of holidays.</summary>
internal sealed record HolidayRows(IReadOnlyList<HolidayRow> Rows, int Total);

/// <summary>Reads the days without school.</summary>
internal sealed class HolidayReads(IDbContextFactory<PortalDb> databases)
{
    /// <summary>The holidays that end on a day or later, by day; null where the person may not see them.</summary>
    public async Task<HolidayRows?> ListAsync(Person person, DateOnly from, int skip, int take, CancellationToken ct)
    {
        if (!ScheduleReads.MayRead(person))
            return null;
        await using var db = await databases.CreateDbContextAsync(ct);
        var holidays = db.Holidays.Where(h => h.To >= from);
        var rows = await holidays.OrderBy(h => h.From).ThenBy(h => h.Name).ThenBy(h => h.Id).Skip(skip).Take(take)
            .Select(h => new HolidayRow(h.Id, h.School, h.Name, h.From, h.To, h.Uid != "")).ToListAsync(ct);
        return new HolidayRows(rows, await holidays.CountAsync(ct));
    }

    /// <summary>The days of a school's holidays around now.</summary>
    public static async Task<HolidayDays> DaysAsync(PortalDb db, string school, DateTimeOffset now, CancellationToken ct)
    {
        var (from, to) = (DateOnly.FromDateTime(now.UtcDateTime).AddDays(-40), DateOnly.FromDateTime(now.UtcDateTime).AddDays(800));
        return new HolidayDays(await db.Holidays.Where(h => h.School == school && h.To >= from && h.From <= to).OrderBy(h => h.From).ThenBy(h => h.Name).ToListAsync(ct));
    }
}
