using System.Globalization;
using System.Text;
using LinboPortal.Core.Jobs;

namespace LinboPortal.Core.Tests.Jobs;

public sealed class ICalendarTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Fact]
    public void The_end_of_a_holiday_is_the_day_before_DTEND()
    {
        var days = Single("UID:h@x\nSUMMARY:Herbstferien\nDTSTART;VALUE=DATE:20261026\nDTEND;VALUE=DATE:20261031");
        Assert.Equal(("h@x", "Herbstferien", Day("2026-10-26"), Day("2026-10-30")), (days.Uid, days.Name, days.From, days.To));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Every_line_end_will_do(string newline) =>
        Assert.Equal(Day("2026-10-03"), Assert.Single(Read(File("DTSTART;VALUE=DATE:20261003\nSUMMARY:Einheit").ReplaceLineEndings(newline)).Days).To);

    [Fact]
    public void A_byte_order_mark_is_no_text() =>
        Assert.Single(ICalendar.Read([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(File("DTSTART:20261003"))], Berlin, 2026..2027).Days);

    [Fact]
    public void Latin_1_is_read_where_it_is_no_UTF_8() =>
        Assert.Equal("März", Assert.Single(ICalendar.Read(Encoding.Latin1.GetBytes(File("SUMMARY:März\nDTSTART:20260301")), Berlin, 2026..2027).Days).Name);

    [Fact]
    public void Folded_lines_are_joined()
    {
        Assert.Equal("Sommerferien Baden-Württemberg", Single("SUMMARY:Sommer\n ferien Baden-\n\tWürttemberg\nDTSTART:20260730").Name);
        Assert.Equal(Day("2026-07-30"), Single("SUMMARY:a\nDTSTART;VALUE=\n DATE:2026\n 0730").From);
    }

    [Fact]
    public void A_fold_in_the_middle_of_a_character_is_mended()
    {
        var bytes = Encoding.UTF8.GetBytes(File("SUMMARY:Müll\nDTSTART:20260301")).ToList();
        bytes.InsertRange(bytes.IndexOf(0xC3) + 1, "\r\n "u8.ToArray());
        Assert.Equal("Müll", Assert.Single(ICalendar.Read([.. bytes], Berlin, 2026..2027).Days).Name);
    }

    [Theory]
    [InlineData(@"a\, b", "a, b")]
    [InlineData(@"a\; b", "a; b")]
    [InlineData(@"a\\b", @"a\b")]
    [InlineData(@"a\nb", "a b")]
    [InlineData(@"a\Nb", "a b")]
    [InlineData(@"a\", @"a\")]
    [InlineData(@"a\\n", @"a\n")]
    [InlineData("Tag: der Einheit", "Tag: der Einheit")]
    public void Escapes_in_names_are_undone(string written, string read) => Assert.Equal(read, Single($"SUMMARY:{written}\nDTSTART:20261003").Name);

    [Theory]
    [InlineData("DTSTART:20261003", "2026-10-03", "2026-10-03")]
    [InlineData("DTSTART;VALUE=DATE:20261003\nDTEND;VALUE=DATE:20261003", "2026-10-03", "2026-10-03")]
    [InlineData("DTSTART;VALUE=DATE:20261003\nDTEND;VALUE=DATE:20261004", "2026-10-03", "2026-10-03")]
    [InlineData("DTSTART;VALUE=DATE:20240228\nDTEND;VALUE=DATE:20240301", "2024-02-28", "2024-02-29")]
    [InlineData("DTSTART;VALUE=DATE:20261003\nDURATION:P2D", "2026-10-03", "2026-10-04")]
    [InlineData("DTSTART;VALUE=DATE:20261003\nDURATION:P1W", "2026-10-03", "2026-10-09")]
    [InlineData("DTSTART;VALUE=DATE:20261003\nDURATION:PT0S", "2026-10-03", "2026-10-03")]
    [InlineData("DTSTART:20261003T000000\nDURATION:PT24H", "2026-10-03", "2026-10-03")]
    [InlineData("DTSTART:20261003T000000\nDTEND:20261005T000000", "2026-10-03", "2026-10-04")]
    [InlineData("DTSTART:20261002T220000Z\nDTEND:20261004T220000Z", "2026-10-03", "2026-10-04")] // summer time: midnight in Berlin
    [InlineData("DTSTART:20261223T230000Z\nDTEND:20261226T230000Z", "2026-12-24", "2026-12-26")] // winter time
    [InlineData("DTSTART;TZID=Europe/Berlin:20261003T000000\nDTEND;TZID=Europe/Berlin:20261004T000000", "2026-10-03", "2026-10-03")]
    [InlineData("DTSTART;TZID=\"Europe/Berlin\":20261003T000000", "2026-10-03", "2026-10-03")]
    [InlineData("DTSTART;TZID=America/New_York:20261002T180000", "2026-10-03", "2026-10-03")]
    [InlineData("dtstart;value=date:20261003", "2026-10-03", "2026-10-03")]
    [InlineData("DTSTART:20261003T000000\nDTEND:20261004T235900", "2026-10-03", "2026-10-04")]
    [InlineData("DTSTART:20261003T000000\nDTEND:20261003T235959", "2026-10-03", "2026-10-03")]
    public void Days_are_those_where_the_school_is(string lines, string from, string to)
    {
        var days = Single(lines);
        Assert.Equal((Day(from), Day(to)), (days.From, days.To));
    }

    [Theory]
    [InlineData("20260229")]
    [InlineData("2026-10-03")]
    [InlineData("morgen")]
    [InlineData("")]
    [InlineData("00010101")]
    [InlineData("99991231")]
    [InlineData("20261003T250000")]
    public void A_day_that_does_not_exist_is_named_with_its_line(string date)
    {
        var calendar = Read(File($"SUMMARY:x\nDTSTART:{date}"));
        Assert.Empty(calendar.Days);
        Assert.Equal((4, ICalendarProblemCode.NotADate, date), calendar.Problems.Select(p => (p.Line, p.Code, p.Text)).Single());
    }

    [Fact]
    public void One_bad_event_does_not_stop_the_others()
    {
        var calendar = Read(File("SUMMARY:a\nDTSTART:20261301\nEND:VEVENT\nBEGIN:VEVENT\nno colon here\nDTSTART:20261003\nSUMMARY:b"));
        Assert.Equal("b", Assert.Single(calendar.Days).Name);
        Assert.Equal(
            [(4, ICalendarProblemCode.NotADate), (7, ICalendarProblemCode.NoProperty)], calendar.Problems.Select(p => (p.Line, p.Code)));
    }

    [Theory]
    [InlineData("SUMMARY:x", ICalendarProblemCode.NoStart)]
    [InlineData("DTSTART:20261003\nDTEND:20261001", ICalendarProblemCode.EndsBeforeStart)]
    [InlineData("DTSTART:20260101\nDTEND:20280101", ICalendarProblemCode.TooLong)]
    [InlineData("DTSTART:20260101\nDURATION:P99999W", ICalendarProblemCode.TooLong)]
    [InlineData("DTSTART:20260101\nDTEND:gestern", ICalendarProblemCode.NotADate)]
    public void An_event_that_makes_no_sense_is_left_out(string lines, ICalendarProblemCode code)
    {
        var calendar = Read(File(lines));
        Assert.Empty(calendar.Days);
        Assert.Equal(code, Assert.Single(calendar.Problems).Code);
    }

    [Theory]
    [InlineData("DTSTART;TZID=Europe/Berlin:20270310T093500\nDTEND;TZID=Europe/Berlin:20270310T110500")]
    [InlineData("DTSTART:20270310T190000Z\nDTEND:20270310T213000Z")]
    [InlineData("DTSTART:20270310T080000\nDURATION:PT24H")]
    [InlineData("DTSTART:20270310T080000")]
    [InlineData("DTSTART:20270310T000000\nDTEND:20270310T120000")]
    [InlineData("DTSTART:20270310T120000\nDTEND:20270311T000000")]
    [InlineData("DTSTART;VALUE=DATE:20270310\nDURATION:PT8H")]
    public void An_appointment_is_no_day_without_school(string lines)
    {
        var calendar = Read(File("SUMMARY:Klassenarbeit\n" + lines));
        Assert.Empty(calendar.Days);
        Assert.Equal((2, ICalendarProblemCode.NotAWholeDay, "Klassenarbeit"), calendar.Problems.Select(p => (p.Line, p.Code, p.Text)).Single());
    }

    [Fact]
    public void A_time_zone_that_nobody_knows_is_named_once_and_its_times_are_the_schools()
    {
        var calendar = Read(File("SUMMARY:Ferien\nDTSTART;TZID=Schulzeit:20261002T000000\nDTEND;TZID=Schulzeit:20261005T000000"));
        var days = Assert.Single(calendar.Days);
        Assert.Equal((new DateOnly(2026, 10, 2), new DateOnly(2026, 10, 4)), (days.From, days.To));
        var problem = Assert.Single(calendar.Problems);
        Assert.Equal((ICalendarProblemCode.ZoneNotKnown, "Schulzeit"), (problem.Code, problem.Text));
        Assert.Empty(Read(File("SUMMARY:Ferien\nDTSTART;TZID=Europe/Berlin:20261002T000000\nDTEND;TZID=Europe/Berlin:20261005T000000")).Problems);
        Assert.Empty(Read(File("SUMMARY:Ferien\nDTSTART;TZID=Schulzeit:20261002\nDTEND;TZID=Schulzeit:20261005")).Problems);
    }

    [Theory]
    [InlineData("DTSTART:20261001T130000\nDTEND:20261005T080000", "2026-10-02", "2026-10-04")]
    [InlineData("DTSTART:20261003T000000\nDTEND:20261005T120000", "2026-10-03", "2026-10-04")]
    [InlineData("DTSTART:20261001T120000\nDURATION:P2D", "2026-10-02", "2026-10-02")]
    public void Of_an_event_that_begins_or_ends_within_a_day_the_whole_days_count_and_the_rest_is_said(string lines, string from, string to)
    {
        var calendar = Read(File("SUMMARY:Ferien\n" + lines));
        Assert.Equal((Day(from), Day(to)), calendar.Days.Select(d => (d.From, d.To)).Single());
        Assert.Equal((ICalendarProblemCode.WholeDaysOnly, "Ferien"), calendar.Problems.Select(p => (p.Code, p.Text)).Single());
    }

    [Theory]
    [InlineData("EXRULE:FREQ=YEARLY")]
    [InlineData("RDATE;VALUE=PERIOD:20261003T000000Z/P1D")]
    [InlineData("RECURRENCE-ID;RANGE=THISANDFUTURE:20261003")]
    [InlineData("RRULE:FREQ=YEARLY;COUNT=1\nRRULE:FREQ=DAILY")]
    public void What_changes_the_days_and_is_not_understood_is_said(string lines)
    {
        var calendar = Read(File("DTSTART:20261003\n" + lines));
        Assert.Equal(Day("2026-10-03"), Assert.Single(calendar.Days).From);
        Assert.Equal(ICalendarProblemCode.PropertyNotUnderstood, Assert.Single(calendar.Problems).Code);
    }

    [Fact]
    public void Days_are_added_to_an_event() => Assert.Equal(
        [Day("2026-10-03"), Day("2026-11-02"), Day("2026-11-05")],
        Read(File("DTSTART;VALUE=DATE:20261003\nRDATE;VALUE=DATE:20261102,20261105")).Days.Select(d => d.From));

    [Fact]
    public void One_time_of_a_repetition_is_moved_or_cancelled()
    {
        const string master = "UID:a\nSUMMARY:Tag\nDTSTART:20251003\nRRULE:FREQ=YEARLY";
        const string moved = "\nEND:VEVENT\nBEGIN:VEVENT\nUID:a\nSUMMARY:Tag\nRECURRENCE-ID:20261003\nDTSTART:20261005";
        const string cancelled = "\nEND:VEVENT\nBEGIN:VEVENT\nUID:a\nRECURRENCE-ID:20271003\nDTSTART:20271003\nSTATUS:CANCELLED";
        var calendar = Read(File(master + moved + cancelled), 2025..2028);
        Assert.Empty(calendar.Problems);
        Assert.Equal([Day("2025-10-03"), Day("2026-10-05"), Day("2028-10-03")], calendar.Days.Select(d => d.From).Order());
    }

    [Fact]
    public void A_day_taken_out_that_was_never_in_is_said()
    {
        var calendar = Read(File("DTSTART:20261003\nEXDATE;VALUE=DATE:20261004"));
        Assert.Equal(Day("2026-10-03"), Assert.Single(calendar.Days).From);
        Assert.Equal((4, ICalendarProblemCode.ExceptionWithoutDay, "2026-10-04"), calendar.Problems.Select(p => (p.Line, p.Code, p.Text)).Single());
    }

    [Fact]
    public void What_is_no_event_is_said()
    {
        var calendar = Read("BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:x\nDTSTART:20261003\nEND:VTODO\nBEGIN:VEVENT\nDTSTART:20261005\nEND:VEVENT\nEND:VCALENDAR\n");
        Assert.Equal(Day("2026-10-05"), Assert.Single(calendar.Days).From);
        Assert.Equal((2, ICalendarProblemCode.NotAnEvent, "VTODO"), calendar.Problems.Select(p => (p.Line, p.Code, p.Text)).Single());
    }

    [Fact]
    public void Lines_are_counted_as_in_the_file_folds_included()
    {
        var calendar = Read(File("SUMMARY:a\n b\n c\nDTSTART:xx"));
        Assert.Equal(6, Assert.Single(calendar.Problems).Line);
    }

    [Fact]
    public void The_start_of_an_alarm_is_not_the_start_of_its_event()
    {
        var days = Single("DTSTART:20261003\nSUMMARY:a\nBEGIN:VALARM\nSUMMARY:weckt\nDTSTART:20200101\nEND:VALARM");
        Assert.Equal(("a", Day("2026-10-03")), (days.Name, days.From));
    }

    [Fact]
    public void A_time_zone_in_the_file_is_no_holiday()
    {
        var calendar = Read("BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Europe/Berlin\nBEGIN:STANDARD\nDTSTART:19701025T030000\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\nEND:VTIMEZONE\nEND:VCALENDAR\n");
        Assert.Equal((0, 0), (calendar.Days.Count, calendar.Problems.Count));
    }

    [Fact]
    public void Cancelled_events_are_none() => Assert.Empty(Read(File("DTSTART:20261003\nSTATUS:CANCELLED")).Days);

    [Fact]
    public void Without_a_UID_the_same_event_gets_the_same_one()
    {
        var (once, again) = (Single("SUMMARY:Einheit\nDTSTART:20261003"), Single("SUMMARY:Einheit\nDTSTART:20261003"));
        Assert.Equal("day:20261003:Einheit", once.Uid);
        Assert.Equal(once, again);
    }

    [Theory]
    [InlineData("FREQ=YEARLY", "2025,2026,2027")]
    [InlineData("FREQ=YEARLY;INTERVAL=2", "2026")]
    [InlineData("FREQ=YEARLY;COUNT=7", "2025,2026")]
    [InlineData("FREQ=YEARLY;UNTIL=20261003", "2025,2026")]
    [InlineData("FREQ=YEARLY;UNTIL=20261002T220000Z", "2025")]
    [InlineData("FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=3", "2025,2026,2027")]
    [InlineData("FREQ=YEARLY;WKST=MO", "2025,2026,2027")]
    public void A_fixed_holiday_comes_each_year(string rule, string years)
    {
        var calendar = Read(File($"UID:e\nSUMMARY:Einheit\nDTSTART:20201003\nRRULE:{rule}"), 2025..2027);
        Assert.Empty(calendar.Problems);
        Assert.Equal(years, string.Join(",", calendar.Days.Select(d => d.From.Year)));
        Assert.All(calendar.Days, d => Assert.Equal((10, 3, "e"), (d.From.Month, d.From.Day, d.Uid)));
    }

    [Fact]
    public void The_29th_of_February_comes_in_leap_years_only() =>
        Assert.Equal([2024, 2028], Read(File("DTSTART:20240229\nRRULE:FREQ=YEARLY"), 2024..2030).Days.Select(d => d.From.Year));

    [Fact]
    public void A_day_can_be_taken_out_of_a_rule() =>
        Assert.Equal([2025, 2027], Read(File("DTSTART:20251003\nRRULE:FREQ=YEARLY\nEXDATE;VALUE=DATE:20261003"), 2025..2027).Days.Select(d => d.From.Year));

    [Theory]
    [InlineData("FREQ=WEEKLY")]
    [InlineData("FREQ=YEARLY;BYDAY=1MO")]
    [InlineData("FREQ=YEARLY;BYMONTH=9")]
    [InlineData("FREQ=YEARLY;INTERVAL=0")]
    [InlineData("COUNT=3")]
    [InlineData("Unsinn")]
    public void Of_another_rule_the_first_time_is_taken_and_the_rest_is_said(string rule)
    {
        var calendar = Read(File($"DTSTART:20261003\nRRULE:{rule}"));
        Assert.Equal(Day("2026-10-03"), Assert.Single(calendar.Days).From);
        Assert.Equal(ICalendarProblemCode.RuleNotUnderstood, Assert.Single(calendar.Problems).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html><body>404</body></html>")]
    [InlineData("BEGIN:VCARD\nEND:VCARD\n")]
    [InlineData("\0\0\0")]
    public void What_is_no_calendar_is_called_so(string text)
    {
        var calendar = Read(text);
        Assert.Empty(calendar.Days);
        Assert.Equal(ICalendarProblemCode.NotACalendar, Assert.Single(calendar.Problems).Code);
    }

    [Fact]
    public void A_file_that_was_cut_off_is_noticed() =>
        Assert.Equal(ICalendarProblemCode.NotClosed, Assert.Single(Read("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261003\n").Problems).Code);

    [Fact]
    public void A_file_of_megabytes_is_not_read() =>
        Assert.Equal(ICalendarProblemCode.TooLarge, Assert.Single(ICalendar.Read(new byte[ICalendar.LargestFile + 1], Berlin, 2026..2027).Problems).Code);

    [Fact]
    public void A_flood_of_events_ends_at_a_limit()
    {
        var text = new StringBuilder("BEGIN:VCALENDAR\n");
        for (var i = 0; i < ICalendar.MostEvents + 10; i++)
            text.Append(CultureInfo.InvariantCulture, $"BEGIN:VEVENT\nUID:{i}\nDTSTART:20261003\nEND:VEVENT\n");
        var calendar = Read(text.Append("END:VCALENDAR\n").ToString());
        Assert.Equal(ICalendar.MostEvents, calendar.Days.Count);
        Assert.Equal(ICalendarProblemCode.TooManyEvents, Assert.Single(calendar.Problems).Code);
    }

    [Fact]
    public void A_flood_of_problems_ends_at_a_limit() =>
        Assert.Equal(ICalendar.MostProblems, Read("BEGIN:VCALENDAR\n" + string.Concat(Enumerable.Repeat("x\n", 5000)) + "END:VCALENDAR\n").Problems.Count);

    [Fact]
    public void A_line_without_end_is_cut_and_said()
    {
        var calendar = Read(File($"DTSTART:20261003\nSUMMARY:{new string('a', 100_000)}"));
        Assert.Equal(200, Assert.Single(calendar.Days).Name.Length);
        Assert.Equal(ICalendarProblemCode.LineTooLong, Assert.Single(calendar.Problems).Code);
    }

    [Fact]
    public void A_long_name_is_not_cut_within_a_character() =>
        Assert.Equal(199, Single($"DTSTART:20261003\nSUMMARY:{new string('a', 199)}😀").Name.Length);

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new Random(4711);
        var sample = Encoding.UTF8.GetBytes(File("UID:a\nSUMMARY:Fe\\,rien\nDTSTART;VALUE=DATE:20261003\nDTEND;VALUE=DATE:20261005\nRRULE:FREQ=YEARLY;COUNT=3\nDURATION:P1D"));
        for (var round = 0; round < 3000; round++)
        {
            var bytes = sample.ToArray();
            for (var change = random.Next(1, 12); change > 0; change--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var calendar = ICalendar.Read(bytes, Berlin, 2026..2030);
            Assert.All(calendar.Days, d => Assert.True(d.From <= d.To));
        }
    }

    private static ICalendarDays Single(string lines)
    {
        var calendar = Read(File(lines));
        Assert.Empty(calendar.Problems);
        return Assert.Single(calendar.Days);
    }

    private static ICalendar Read(string text, Range? years = null) => ICalendar.Read(Encoding.UTF8.GetBytes(text), Berlin, years ?? 2026..2027);

    private static string File(string lines) => $"BEGIN:VCALENDAR\nBEGIN:VEVENT\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n";

    private static DateOnly Day(string text) => DateOnly.Parse(text, CultureInfo.InvariantCulture);
}
