namespace LinboPortal.Core.Jobs;

/// <summary>When a schedule is meant to start, without the job that it makes.</summary>
/// <param name="Days">As in <see cref="Schedule.Days"/>.</param>
/// <param name="At">As in <see cref="Schedule.At"/>.</param>
/// <param name="Zone">The zone of <paramref name="At"/>.</param>
/// <param name="Lead">How long before <paramref name="At"/> the start is; zero where <see cref="Schedule.ReadyBy"/> is not set.</param>
/// <param name="Holidays">Days to leave out; empty where <see cref="Schedule.SkipHolidays"/> is not set.</param>
public sealed record ScheduleTimes(int Days, TimeOnly At, TimeZoneInfo Zone, TimeSpan Lead, HolidayDays Holidays)
{
    /// <summary>True where the schedule is meant for that day of the week.</summary>
    public bool IsOn(DayOfWeek day) => (Days & (1 << BitOf(day))) != 0;

    /// <summary>The bit of a day: 0 = Monday … 6 = Sunday.</summary>
    public static int BitOf(DayOfWeek day) => ((int)day + 6) % 7;
}

/// <summary>One time of a schedule.</summary>
/// <param name="Day">The day in the schedule's zone that days of the week and holidays are asked about.</param>
/// <param name="At">The instant that the schedule names: the start, or being ready (UTC). It is what <see cref="ScheduleState.LastDueAt"/> remembers.</param>
/// <param name="StartAt">When the job is made (UTC).</param>
/// <param name="Holiday">The name of the holiday that it is left out for; null for a day on which it runs.</param>
public sealed record ScheduledStart(DateOnly Day, DateTimeOffset At, DateTimeOffset StartAt, string? Holiday = null);

/// <summary>Computes when schedules start. Local times are turned into instants here and nowhere else.</summary>
public static class ScheduleClock
{
    /// <summary>How late a start may be without counting as missed: the look comes each minute, and a portal restarts within this.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    /// <summary>The longest that is looked back for starts that were missed.</summary>
    public static readonly TimeSpan LongestLook = TimeSpan.FromDays(35);

    /// <summary>The starts after one instant and up to another, in their order, holidays left out.</summary>
    public static IEnumerable<ScheduledStart> Between(ScheduleTimes times, DateTimeOffset after, DateTimeOffset until) =>
        WithHolidays(times, after, until).Where(s => s.Holiday is null);

    /// <summary>As <see cref="Between"/>, with the days that are left out for a holiday in between.</summary>
    public static IEnumerable<ScheduledStart> WithHolidays(ScheduleTimes times, DateTimeOffset after, DateTimeOffset until)
    {
        if ((times.Days & 0b1111111) == 0 || until <= after)
            yield break;
        // A zone is at most 14 h away from UTC: a day more on either side is enough.
        var day = Day(after).AddDays(-1);
        var last = Day(until + times.Lead).AddDays(1);
        for (DateTimeOffset? previous = null; day <= last; day = day.AddDays(1))
        {
            if (!times.IsOn(day.DayOfWeek))
                continue;
            var at = InstantOf(day, times.At, times.Zone);
            var start = at - times.Lead;
            // A day that a zone leaves out altogether falls onto the next one.
            if (start <= after || start > until || at == previous)
                continue;
            previous = at;
            yield return new ScheduledStart(day, at, start, times.Holidays.NameOf(day));
        }
    }

    /// <summary>
    /// A local time as an instant. A time that daylight saving leaves out is the first valid minute after it; one that comes twice is the first of the two.
    /// </summary>
    public static DateTimeOffset InstantOf(DateOnly day, TimeOnly at, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(at);
        if (zone.IsInvalidTime(local))
        {
            local = local.AddTicks(-(local.Ticks % TimeSpan.TicksPerMinute));
            while (zone.IsInvalidTime(local))
                local = local.AddMinutes(1);
        }

        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    /// <summary>The start of <paramref name="schedule"/> that is due, and those that were missed.</summary>
    /// <param name="schedule">The schedule as it stands in the database.</param>
    /// <param name="times">Its times, with the lead that is needed today.</param>
    /// <param name="now">Now.</param>
    public static ScheduleDue DueAt(Schedule schedule, ScheduleTimes times, DateTimeOffset now)
    {
        // What lies before it was saved was never promised: a schedule that is switched on in the evening does not run for the morning.
        var after = schedule.SavedAt > now - LongestLook ? schedule.SavedAt : now - LongestLook;
        var due = Between(times, after, now).Where(s => schedule.State.LastDueAt is not { } handled || s.At > handled).ToList();
        if (due is not [.., var last])
            return ScheduleDue.Nothing;
        var late = now - last.StartAt;
        var isMissed = late > Grace && !(schedule.CatchUp is { } within && late <= within);
        return new ScheduleDue(isMissed ? null : last, late > Grace, isMissed ? due.Count : due.Count - 1, last.At);
    }

    private static DateOnly Day(DateTimeOffset instant) => DateOnly.FromDateTime(instant.UtcDateTime);
}

/// <summary>What is to be done about a schedule now.</summary>
/// <param name="Start">The start to make a job for; null for none.</param>
/// <param name="IsCaughtUp">True where <paramref name="Start"/> comes later than it was meant to.</param>
/// <param name="Missed">Starts that were missed and are left out.</param>
/// <param name="HandledUntil">What <see cref="ScheduleState.LastDueAt"/> becomes; null where nothing is due.</param>
public sealed record ScheduleDue(ScheduledStart? Start, bool IsCaughtUp, int Missed, DateTimeOffset? HandledUntil)
{
    /// <summary>Nothing is due.</summary>
    public static ScheduleDue Nothing { get; } = new(null, false, 0, null);
}

/// <summary>The days without school, by name.</summary>
public sealed class HolidayDays
{
    private readonly Dictionary<DateOnly, string> names = [];

    /// <summary>Takes the days of holidays; where two fall on one day, the first gives the name.</summary>
    public HolidayDays(IEnumerable<Holiday> holidays)
    {
        foreach (var holiday in holidays)
            for (var day = holiday.From; day <= holiday.To; day = day.AddDays(1))
                names.TryAdd(day, holiday.Name);
    }

    /// <summary>No holidays.</summary>
    public static HolidayDays None { get; } = new([]);

    /// <summary>The name of the holiday on a day; null for a day of school.</summary>
    public string? NameOf(DateOnly day) => names.GetValueOrDefault(day);
}
