using System.Globalization;
using LinboPortal.Core.Jobs;

namespace LinboPortal.Core.Tests.Jobs;

public sealed class ScheduleClockTests
{
    private const int EveryDay = 0b1111111;
    private const int SchoolDays = 0b0011111;
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Fact]
    public void A_start_comes_on_each_of_its_days_at_its_local_time()
    {
        var starts = Starts(Times("22:00"), "2026-11-23T00:00Z", "2026-11-30T12:00Z"); // a Monday
        Assert.Equal(
            ["2026-11-23T21:00Z", "2026-11-24T21:00Z", "2026-11-25T21:00Z", "2026-11-26T21:00Z", "2026-11-27T21:00Z"], starts);
    }

    [Theory]
    [InlineData(DayOfWeek.Monday, 0)]
    [InlineData(DayOfWeek.Tuesday, 1)]
    [InlineData(DayOfWeek.Saturday, 5)]
    [InlineData(DayOfWeek.Sunday, 6)]
    public void Bits_of_days_begin_with_Monday(DayOfWeek day, int bit) => Assert.Equal(bit, ScheduleTimes.BitOf(day));

    [Fact]
    public void Only_the_days_of_the_week_that_are_set_count()
    {
        var starts = ScheduleClock.Between(Times("06:00", days: 0b1000001), At("2026-11-23T00:00Z"), At("2026-12-01T00:00Z")).Select(s => s.Day.DayOfWeek);
        Assert.Equal([DayOfWeek.Monday, DayOfWeek.Sunday, DayOfWeek.Monday], starts);
    }

    [Fact]
    public void Without_days_it_never_starts() => Assert.Empty(Starts(Times("06:00", days: 0), "2026-01-01T00:00Z", "2027-01-01T00:00Z"));

    [Fact]
    public void Bits_beyond_the_week_mean_nothing() => Assert.Empty(Starts(Times("06:00", days: 0b10000000), "2026-01-01T00:00Z", "2026-02-01T00:00Z"));

    [Fact]
    public void The_first_instant_is_left_out_and_the_last_is_in()
    {
        Assert.Equal(["2026-11-24T21:00Z"], Starts(Times("22:00"), "2026-11-23T21:00Z", "2026-11-24T21:00Z"));
        Assert.Empty(Starts(Times("22:00"), "2026-11-24T21:00Z", "2026-11-24T21:00Z"));
        Assert.Empty(Starts(Times("22:00"), "2026-11-25T21:00Z", "2026-11-24T21:00Z"));
    }

    [Fact]
    public void Asking_piece_by_piece_gives_what_asking_at_once_gives()
    {
        var times = Times("02:30", days: EveryDay);
        var (from, until) = (At("2026-01-01T00:00Z"), At("2027-01-01T00:00Z"));
        List<ScheduledStart> pieces = [];
        for (var at = from; at < until; at = at.AddHours(7))
            pieces.AddRange(ScheduleClock.Between(times, at, at.AddHours(7) < until ? at.AddHours(7) : until));
        Assert.Equal(ScheduleClock.Between(times, from, until), pieces);
        Assert.Equal(365, pieces.Count);
    }

    [Theory] // 29 March 2026: 02:00 becomes 03:00
    [InlineData("01:59", "2026-03-29T00:59Z")]
    [InlineData("02:00", "2026-03-29T01:00Z")]
    [InlineData("02:30", "2026-03-29T01:00Z")]
    [InlineData("02:59", "2026-03-29T01:00Z")]
    [InlineData("03:00", "2026-03-29T01:00Z")]
    [InlineData("03:01", "2026-03-29T01:01Z")]
    public void In_the_night_of_the_missing_hour_it_runs_once_at_the_first_valid_minute(string at, string expected) =>
        Assert.Equal([expected], Starts(Times(at, days: 0b1000000), "2026-03-28T12:00Z", "2026-03-29T12:00Z"));

    [Theory] // 25 October 2026: 03:00 becomes 02:00
    [InlineData("01:59", "2026-10-24T23:59Z")]
    [InlineData("02:00", "2026-10-25T00:00Z")]
    [InlineData("02:30", "2026-10-25T00:30Z")]
    [InlineData("02:59", "2026-10-25T00:59Z")]
    [InlineData("03:00", "2026-10-25T02:00Z")]
    public void In_the_night_of_the_doubled_hour_it_runs_once_in_the_first_of_the_two(string at, string expected) =>
        Assert.Equal([expected], Starts(Times(at, days: 0b1000000), "2026-10-24T12:00Z", "2026-10-25T12:00Z"));

    [Fact]
    public void Around_the_changes_of_daylight_saving_the_local_time_stays()
    {
        Assert.Equal(
            ["2026-03-28T06:45Z", "2026-03-29T05:45Z", "2026-03-30T05:45Z"],
            Starts(Times("07:45", days: EveryDay), "2026-03-28T00:00Z", "2026-03-31T00:00Z"));
        Assert.Equal(
            ["2026-10-24T05:45Z", "2026-10-25T06:45Z", "2026-10-26T06:45Z"],
            Starts(Times("07:45", days: EveryDay), "2026-10-24T00:00Z", "2026-10-27T00:00Z"));
    }

    [Fact]
    public void A_lead_over_the_missing_hour_is_real_time()
    {
        // Ready at 04:00 summer time, which is 02:00 UTC; two hours of work begin at 00:00 UTC = 01:00 winter time.
        Assert.Equal(["2026-03-29T00:00Z"], Starts(Times("04:00", days: 0b1000000, lead: 120), "2026-03-28T12:00Z", "2026-03-29T12:00Z"));
    }

    [Theory]
    [InlineData(2024, 366)]
    [InlineData(2026, 365)]
    [InlineData(2028, 366)]
    [InlineData(2100, 365)]
    [InlineData(2000, 366)]
    public void Every_day_of_a_year_has_one_start(int year, int days)
    {
        var from = new DateTimeOffset(year - 1, 12, 31, 23, 0, 0, TimeSpan.Zero); // 00:00 in Berlin
        var starts = ScheduleClock.Between(Times("02:30", days: EveryDay), from, from.AddDays(days)).ToList();
        Assert.Equal(days, starts.Count);
        Assert.Equal(days, starts.Select(s => s.At).Distinct().Count());
        Assert.Equal(days == 366, starts.Any(s => s.Day is { Month: 2, Day: 29 }));
    }

    [Theory]
    [InlineData("America/New_York", "2026-03-08", "02:30", "2026-03-08T07:00Z")]
    [InlineData("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30Z")]
    [InlineData("Europe/London", "2026-03-29", "01:15", "2026-03-29T01:00Z")]
    [InlineData("Australia/Lord_Howe", "2026-10-04", "02:10", "2026-10-03T15:30Z")] // half an hour of daylight saving
    [InlineData("Asia/Kathmandu", "2026-06-01", "07:45", "2026-06-01T02:00Z")]
    [InlineData("Pacific/Kiritimati", "2026-06-01", "07:45", "2026-05-31T17:45Z")]
    [InlineData("Pacific/Pago_Pago", "2026-06-01", "07:45", "2026-06-01T18:45Z")]
    [InlineData("Etc/UTC", "2026-06-01", "07:45", "2026-06-01T07:45Z")]
    public void Other_zones_have_their_own_rules(string zone, string day, string at, string expected)
    {
        var start = Assert.Single(
            ScheduleClock.Between(new ScheduleTimes(EveryDay, Time(at), TimeZoneInfo.FindSystemTimeZoneById(zone), TimeSpan.Zero, HolidayDays.None), At(expected).AddHours(-12), At(expected).AddHours(11.5)),
            s => s.Day == DateOnly.Parse(day, CultureInfo.InvariantCulture));
        Assert.Equal(At(expected), start.At);
    }

    [Fact]
    public void A_day_that_a_zone_leaves_out_does_not_start_twice()
    {
        // Samoa went over the date line: there was no 30 December 2011.
        var times = new ScheduleTimes(EveryDay, Time("00:00"), TimeZoneInfo.FindSystemTimeZoneById("Pacific/Apia"), TimeSpan.Zero, HolidayDays.None);
        var starts = ScheduleClock.Between(times, At("2011-12-29T00:00Z"), At("2012-01-01T00:00Z")).Select(s => s.At).ToList();
        Assert.Equal(starts.Distinct(), starts);
    }

    [Fact]
    public void Holidays_are_left_out_and_can_be_shown_by_name()
    {
        var times = Times("22:00", holidays: [Holiday("Fasnet", "2026-11-24", "2026-11-25")]);
        Assert.Equal(["2026-11-23T21:00Z", "2026-11-26T21:00Z"], Starts(times, "2026-11-23T00:00Z", "2026-11-27T00:00Z"));
        Assert.Equal(
            [null, "Fasnet", "Fasnet", null],
            ScheduleClock.WithHolidays(times, At("2026-11-23T00:00Z"), At("2026-11-27T00:00Z")).Select(s => s.Holiday));
    }

    [Fact]
    public void The_first_and_the_last_day_of_a_holiday_belong_to_it()
    {
        var times = Times("12:00", days: EveryDay, holidays: [Holiday("Winter", "2026-12-23", "2027-01-09")]);
        var days = ScheduleClock.Between(times, At("2026-12-20T00:00Z"), At("2027-01-12T00:00Z")).Select(s => s.Day.Day);
        Assert.Equal([20, 21, 22, 10, 11], days);
    }

    [Fact]
    public void A_ready_time_starts_earlier_by_its_lead()
    {
        var start = Assert.Single(ScheduleClock.Between(Times("07:45", lead: 53), At("2026-11-25T00:00Z"), At("2026-11-25T12:00Z")));
        Assert.Equal((At("2026-11-25T06:45Z"), At("2026-11-25T05:52Z")), (start.At, start.StartAt));
    }

    [Fact]
    public void A_start_in_the_evening_before_belongs_to_the_day_on_which_it_shall_be_ready()
    {
        // Ready on Monday at 00:30 local, two hours before that is Sunday; the holiday of Sunday does not count.
        var times = Times("00:30", days: 0b0000001, lead: 120, holidays: [Holiday("Sonntag", "2026-11-22", "2026-11-22")]);
        var start = Assert.Single(ScheduleClock.Between(times, At("2026-11-22T00:00Z"), At("2026-11-24T00:00Z")));
        Assert.Equal((new DateOnly(2026, 11, 23), At("2026-11-22T21:30Z")), (start.Day, start.StartAt));
    }

    [Fact]
    public void A_holiday_on_the_ready_day_leaves_out_the_start_of_the_evening_before()
    {
        var times = Times("00:30", days: 0b0000001, lead: 120, holidays: [Holiday("Montag", "2026-11-23", "2026-11-23")]);
        Assert.Empty(ScheduleClock.Between(times, At("2026-11-22T00:00Z"), At("2026-11-24T00:00Z")));
    }

    [Fact]
    public void Before_its_time_nothing_is_due() => Assert.Equal(ScheduleDue.Nothing, Due("2026-11-25T20:59Z"));

    [Theory]
    [InlineData("2026-11-25T21:00Z", false)]
    [InlineData("2026-11-25T21:01Z", false)]
    [InlineData("2026-11-25T21:10Z", false)]
    public void At_its_time_it_is_due(string now, bool isCaughtUp)
    {
        var due = Due(now);
        Assert.Equal((At("2026-11-25T21:00Z"), isCaughtUp, 0), (due.Start?.At, due.IsCaughtUp, due.Missed));
        Assert.Equal(At("2026-11-25T21:00Z"), due.HandledUntil);
    }

    [Fact]
    public void What_was_dealt_with_is_not_due_again() => Assert.Equal(ScheduleDue.Nothing, Due("2026-11-25T21:05Z", lastDue: "2026-11-25T21:00Z"));

    [Fact]
    public void A_missed_start_is_left_out_where_nothing_else_is_wished()
    {
        var due = Due("2026-11-25T21:11Z");
        Assert.Equal((null, 1, At("2026-11-25T21:00Z")), (due.Start, due.Missed, due.HandledUntil));
    }

    [Theory]
    [InlineData("2026-11-26T00:59Z", true)]
    [InlineData("2026-11-26T01:00Z", true)]
    [InlineData("2026-11-26T01:01Z", false)]
    public void A_missed_start_is_caught_up_within_its_time(string now, bool isStarted)
    {
        var due = Due(now, catchUp: 4);
        Assert.Equal((isStarted, isStarted ? 0 : 1), (due.Start is not null, due.Missed));
        Assert.Equal(At("2026-11-25T21:00Z"), due.HandledUntil);
    }

    [Fact]
    public void After_a_week_of_downtime_the_last_start_alone_is_caught_up()
    {
        var due = Due("2026-12-02T22:00Z", catchUp: 4, lastDue: "2026-11-25T21:00Z");
        Assert.Equal((At("2026-12-02T21:00Z"), true, 4), (due.Start?.At, due.IsCaughtUp, due.Missed));
    }

    [Fact]
    public void After_a_year_of_downtime_the_look_back_ends_somewhere()
    {
        var due = Due("2027-11-25T22:00Z", lastDue: "2026-11-25T21:00Z");
        Assert.Null(due.Start);
        Assert.InRange(due.Missed, 20, 26);
        Assert.Equal(At("2027-11-25T21:00Z"), due.HandledUntil);
    }

    [Fact]
    public void What_lies_before_it_was_saved_was_never_meant() =>
        Assert.Equal(ScheduleDue.Nothing, Due("2026-11-25T21:05Z", saved: "2026-11-25T21:01Z", catchUp: 12));

    [Fact]
    public void A_schedule_that_is_switched_off_and_on_does_not_make_up_for_the_time_between() =>
        Assert.Equal(ScheduleDue.Nothing, Due("2026-11-26T12:00Z", saved: "2026-11-26T11:00Z", lastDue: "2026-11-02T21:00Z", catchUp: 48));

    [Fact]
    public void A_lead_that_shrinks_after_the_start_does_not_start_it_again()
    {
        var schedule = Schedule("07:45", null, "2026-11-01T00:00Z", "2026-11-25T06:45Z");
        Assert.Equal(ScheduleDue.Nothing, ScheduleClock.DueAt(schedule, Times("07:45", lead: 20), At("2026-11-25T06:30Z")));
    }

    [Fact]
    public void A_start_that_a_holiday_leaves_out_is_neither_due_nor_missed()
    {
        var schedule = Schedule("22:00", 4, "2026-11-01T00:00Z", "2026-11-24T21:00Z");
        var times = Times("22:00", holidays: [Holiday("Frei", "2026-11-25", "2026-11-25")]);
        Assert.Equal(ScheduleDue.Nothing, ScheduleClock.DueAt(schedule, times, At("2026-11-25T23:00Z")));
    }

    [Fact]
    public void The_doubled_hour_makes_one_start_due()
    {
        var schedule = Schedule("02:30", 12, "2026-10-20T00:00Z", "2026-10-24T00:30Z");
        var times = Times("02:30", days: EveryDay);
        var due = ScheduleClock.DueAt(schedule, times, At("2026-10-25T00:30Z"));
        Assert.Equal(At("2026-10-25T00:30Z"), due.Start?.At);
        schedule.State.LastDueAt = due.HandledUntil;
        Assert.Equal(ScheduleDue.Nothing, ScheduleClock.DueAt(schedule, times, At("2026-10-25T01:30Z")));
    }

    private static ScheduleDue Due(string now, int? catchUp = null, string saved = "2026-11-25T12:00Z", string? lastDue = null) =>
        ScheduleClock.DueAt(Schedule("22:00", catchUp, saved, lastDue), Times("22:00"), At(now));

    private static Schedule Schedule(string at, int? catchUp, string saved, string? lastDue) => new()
    {
        Name = "n",
        Target = "room:r101",
        Commands = "sync:1",
        At = Time(at),
        CatchUp = catchUp is { } hours ? TimeSpan.FromHours(hours) : null,
        SavedBy = "a",
        SavedAt = At(saved),
        State = new ScheduleState { LastDueAt = lastDue is null ? null : At(lastDue) },
    };

    private static List<string> Starts(ScheduleTimes times, string after, string until) =>
        [.. ScheduleClock.Between(times, At(after), At(until)).Select(s => s.StartAt.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture))];

    private static ScheduleTimes Times(string at, int days = SchoolDays, int lead = 0, Holiday[]? holidays = null) =>
        new(days, Time(at), Berlin, TimeSpan.FromMinutes(lead), new HolidayDays(holidays ?? []));

    private static Holiday Holiday(string name, string from, string to) =>
        new() { Name = name, From = DateOnly.Parse(from, CultureInfo.InvariantCulture), To = DateOnly.Parse(to, CultureInfo.InvariantCulture) };

    private static TimeOnly Time(string text) => TimeOnly.Parse(text, CultureInfo.InvariantCulture);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
