using System.Globalization;
using System.Text;

namespace LinboPortal.Core.Jobs;

/// <summary>Puts the unfolded lines of an iCal file together to events.</summary>
internal sealed class ICalendarReader(TimeZoneInfo zone, int firstYear, int lastYear)
{
    private const int LongestName = 200;
    private const int LongestUid = 400;
    private readonly List<ICalendarDays> days = [];
    private readonly List<ICalendarProblem> problems = [];
    private readonly Stack<string> open = new();
    private ICalendarEvent? current;
    private int events;
    private int last;

    /// <summary>Names a problem.</summary>
    public void Complain(int line, ICalendarProblemCode code, string text)
    {
        if (problems.Count < ICalendar.MostProblems)
            problems.Add(new ICalendarProblem(line, code, text.Length > 80 ? text[..80] : text));
    }

    /// <summary>Takes a line; false where the rest is not worth reading.</summary>
    public bool Take(int line, string text)
    {
        last = line;
        if (string.IsNullOrWhiteSpace(text))
            return true;
        var property = ICalendarProperty.TryParse(text);
        if (open.Count == 0 && property is not { Name: "BEGIN" or "END" })
            return Refuse(line, text);
        if (property is null)
        {
            Complain(line, ICalendarProblemCode.NoProperty, text);
            return true;
        }

        return property.Name switch
        {
            "BEGIN" => Begin(line, property.Value.Trim().ToUpperInvariant()),
            "END" => End(line, property.Value.Trim().ToUpperInvariant()),
            _ => Set(line, property),
        };
    }

    /// <summary>All that was read.</summary>
    public ICalendar Finish()
    {
        if (last == 0)
            Complain(1, ICalendarProblemCode.NotACalendar, "");
        else if (open.Count > 0 && events < ICalendar.MostEvents)
            Complain(last, ICalendarProblemCode.NotClosed, open.Peek());
        return new ICalendar(days, problems);
    }

    private bool Refuse(int line, string text)
    {
        if (days.Count > 0 || events > 0)
            return true; // what comes after the calendar is nobody's business
        Complain(line, ICalendarProblemCode.NotACalendar, text);
        return false;
    }

    private bool Begin(int line, string name)
    {
        if (open.Count == 0 && name != "VCALENDAR")
            return Refuse(line, name);
        if (name == "VEVENT" && current is null)
        {
            if (events >= ICalendar.MostEvents)
            {
                Complain(line, ICalendarProblemCode.TooManyEvents, "");
                return false;
            }

            events++;
            current = new ICalendarEvent(line);
        }

        // A file of BEGINs alone must not grow without end.
        if (open.Count < 32)
            open.Push(name);
        return true;
    }

    private bool End(int line, string name)
    {
        if (open.Count == 0 || open.Peek() != name)
        {
            Complain(line, ICalendarProblemCode.NotClosed, name);
            return true;
        }

        open.Pop();
        if (name == "VEVENT" && current is { } done)
        {
            current = null;
            Add(done);
        }

        return true;
    }

    private bool Set(int line, ICalendarProperty property)
    {
        // Alarms within an event have properties of the same names.
        if (current is null || open.Peek() != "VEVENT")
            return true;
        switch (property.Name)
        {
            case "UID":
                current.Uid = property.Value.Trim();
                break;
            case "SUMMARY":
                current.Name = property.Text;
                break;
            case "STATUS":
                current.IsCancelled = property.Value.Trim().Equals("CANCELLED", StringComparison.OrdinalIgnoreCase);
                break;
            case "DTSTART":
                (current.Start, current.HasStart) = (Moment(line, property), true);
                break;
            case "DTEND":
                (current.End, current.HasEnd) = (Moment(line, property), true);
                break;
            case "DURATION":
                current.Duration = ICalendarMoment.TryParseDuration(property.Value.Trim());
                if (current.Duration is null)
                    Complain(line, ICalendarProblemCode.NotADate, property.Value);
                break;
            case "EXDATE":
                current.Except.UnionWith(property.Value.Split(',').Select(v => Moment(line, property with { Value = v })?.Day).OfType<DateOnly>());
                break;
            case "RRULE":
                (current.Rule, current.RuleLine) = (property.Value.Trim(), line);
                break;
        }

        return true;
    }

    private ICalendarMoment? Moment(int line, ICalendarProperty property)
    {
        var moment = ICalendarMoment.TryParse(property, zone);
        if (moment is null)
            Complain(line, ICalendarProblemCode.NotADate, property.Value);
        return moment;
    }

    private void Add(ICalendarEvent done)
    {
        if (done.IsCancelled)
            return;
        if (done.Start is not { } start)
        {
            if (!done.HasStart)
                Complain(done.Line, ICalendarProblemCode.NoStart, done.Name);
            return;
        }

        if (done.HasEnd && done.End is null)
            return; // said already, and a guess would make school out of a holiday
        var to = done.LastDay(start);
        if (to < start.Day)
        {
            Complain(done.Line, ICalendarProblemCode.EndsBeforeStart, done.Name);
            return;
        }

        if (to.DayNumber - start.Day.DayNumber >= ICalendar.LongestEvent)
        {
            Complain(done.Line, ICalendarProblemCode.TooLong, done.Name);
            return;
        }

        var name = OneLine(done.Name, LongestName);
        var uid = done.Uid is { Length: > 0 } ? OneLine(done.Uid, LongestUid) : string.Create(CultureInfo.InvariantCulture, $"day:{start.Day:yyyyMMdd}:{name}");
        foreach (var first in Repeat(done, start.Day))
            if (!done.Except.Contains(first))
                days.Add(new ICalendarDays(done.Line, uid, name, first, first.AddDays(to.DayNumber - start.Day.DayNumber)));
    }

    private IEnumerable<DateOnly> Repeat(ICalendarEvent done, DateOnly start)
    {
        if (done.Rule is not { } text)
            return [start];
        if (YearlyRule.TryParse(text, start) is { } rule)
            return rule.Days(start, firstYear, lastYear);
        Complain(done.RuleLine, ICalendarProblemCode.RuleNotUnderstood, text);
        return [start];
    }

    private static string OneLine(string text, int longest)
    {
        var clean = new StringBuilder();
        foreach (var c in text.Trim())
            if (!char.IsControl(c))
                clean.Append(c);
            else if (clean is not [.., ' '] and { Length: > 0 })
                clean.Append(' ');
        var end = Math.Min(clean.Length, longest);
        return clean.ToString(0, end > 0 && char.IsHighSurrogate(clean[end - 1]) ? end - 1 : end);
    }
}

/// <summary>An event while its lines are read.</summary>
internal sealed class ICalendarEvent(int line)
{
    public int Line { get; } = line;

    public string? Uid { get; set; }

    public string Name { get; set; } = "";

    public bool IsCancelled { get; set; }

    public ICalendarMoment? Start { get; set; }

    public bool HasStart { get; set; }

    public ICalendarMoment? End { get; set; }

    public bool HasEnd { get; set; }

    public TimeSpan? Duration { get; set; }

    public HashSet<DateOnly> Except { get; } = [];

    public string? Rule { get; set; }

    public int RuleLine { get; set; }

    /// <summary>The last day: an end is the first moment that does not belong to it any more.</summary>
    public DateOnly LastDay(ICalendarMoment start)
    {
        if (End is { } end)
        {
            // Some programs write the same day twice for an event of one day.
            var isOneDay = end.Day == start.Day;
            return isOneDay || end.Time != TimeOnly.MinValue ? end.Day : end.Day.AddDays(-1);
        }

        if (Duration is not { } duration || duration <= TimeSpan.Zero || duration.TotalDays > ICalendar.LongestEvent * 2)
            return Duration is { TotalDays: > ICalendar.LongestEvent } ? start.Day.AddDays(ICalendar.LongestEvent) : start.Day;
        var last = start.Day.ToDateTime(start.Time).Add(duration).AddTicks(-1);
        return DateOnly.FromDateTime(last);
    }
}
