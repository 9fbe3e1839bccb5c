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
    private readonly HashSet<string> zonesNotKnown = [];
    private readonly List<ICalendarEvent> changes = [];
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
        foreach (var change in changes)
            Change(change);
        problems.Sort((a, b) => a.Line.CompareTo(b.Line));
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
        else if (name is "VTODO" or "VJOURNAL" or "VFREEBUSY" && current is null)
        {
            Complain(line, ICalendarProblemCode.NotAnEvent, name);
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
                foreach (var day in Days(line, property))
                    current.Except.TryAdd(day, line);
                break;
            case "RDATE" when property.Parameters.GetValueOrDefault("VALUE", "").Equals("PERIOD", StringComparison.OrdinalIgnoreCase):
            case "EXRULE":
            case "RRULE" when current.Rule is not null:
            case "RECURRENCE-ID" when property.Parameters.ContainsKey("RANGE"):
                Complain(line, ICalendarProblemCode.PropertyNotUnderstood, $"{property.Name}:{property.Value}");
                break;
            case "RDATE":
                current.More.AddRange(Days(line, property));
                break;
            case "RECURRENCE-ID":
                current.Replaces = Moment(line, property)?.Day;
                break;
            case "RRULE":
                (current.Rule, current.RuleLine) = (property.Value.Trim(), line);
                break;
        }

        return true;
    }

    private List<DateOnly> Days(int line, ICalendarProperty property) =>
        [.. property.Value.Split(',').Select(v => Moment(line, property with { Value = v })?.Day).OfType<DateOnly>()];

    private ICalendarMoment? Moment(int line, ICalendarProperty property)
    {
        var moment = ICalendarMoment.TryParse(property, zone);
        if (moment is null)
            Complain(line, ICalendarProblemCode.NotADate, property.Value);
        else if (moment.HasTime && ICalendarMoment.UnknownZone(property) is { } id && zonesNotKnown.Add(id))
            Complain(line, ICalendarProblemCode.ZoneNotKnown, id);
        return moment;
    }

    private void Add(ICalendarEvent done)
    {
        // One time of a repetition that is another time or none: what it replaces may stand further down.
        if (done.Replaces is not null)
            changes.Add(done);
        else if (!done.IsCancelled)
            AddDays(done);
    }

    private void Change(ICalendarEvent change)
    {
        days.RemoveAll(d => d.Uid == UidOf(change, change.Replaces!.Value) && d.From == change.Replaces && d.Line != change.Line);
        if (!change.IsCancelled)
            AddDays(change);
    }

    private void AddDays(ICalendarEvent done)
    {
        if (done.Start is not { } start)
        {
            if (!done.HasStart)
                Complain(done.Line, ICalendarProblemCode.NoStart, done.Name);
            return;
        }

        if (done.HasEnd && done.End is null)
            return; // said already, and a guess would make school out of a holiday
        if (done.WholeDays(start) is not { } whole)
        {
            Complain(done.Line, ICalendarProblemCode.EndsBeforeStart, done.Name);
            return;
        }

        var name = OneLine(done.Name, LongestName);
        if (whole.To.DayNumber - whole.From.DayNumber >= ICalendar.LongestEvent)
        {
            Complain(done.Line, ICalendarProblemCode.TooLong, done.Name);
            return;
        }

        if (whole.To < whole.From)
        {
            Complain(done.Line, ICalendarProblemCode.NotAWholeDay, name);
            return;
        }

        if (!whole.IsExact)
            Complain(done.Line, ICalendarProblemCode.WholeDaysOnly, name);
        var (uid, shift) = (UidOf(done, start.Day), whole.From.DayNumber - start.Day.DayNumber);
        var starts = Repeat(done, start.Day).Concat(done.More).Distinct().ToList();
        foreach (var first in starts.Where(f => !done.Except.ContainsKey(f)).Select(f => f.AddDays(shift)))
            days.Add(new ICalendarDays(done.Line, uid, name, first, first.AddDays(whole.To.DayNumber - whole.From.DayNumber)));
        // Days beyond the years that are looked at cannot be told from days that are none.
        foreach (var (day, line) in done.Except.Where(e => !starts.Contains(e.Key) && e.Key.Year >= firstYear && e.Key.Year <= lastYear))
            Complain(line, ICalendarProblemCode.ExceptionWithoutDay, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
    }

    private static string UidOf(ICalendarEvent done, DateOnly start) => done.Uid is { Length: > 0 }
        ? OneLine(done.Uid, LongestUid)
        : string.Create(CultureInfo.InvariantCulture, $"day:{start:yyyyMMdd}:{OneLine(done.Name, LongestName)}");

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

    /// <summary>Days that a repetition leaves out, and the lines that say so.</summary>
    public Dictionary<DateOnly, int> Except { get; } = [];

    /// <summary>Further days on which it begins.</summary>
    public List<DateOnly> More { get; } = [];

    /// <summary>The day of a repetition in whose place this event stands.</summary>
    public DateOnly? Replaces { get; set; }

    public string? Rule { get; set; }

    public int RuleLine { get; set; }

    /// <summary>
    /// The whole days that it covers; none where the first lies behind the last, as with an appointment, and null where it ends before it begins.
    /// An end is the first moment that does not belong to it any more.
    /// </summary>
    public (DateOnly From, DateOnly To, bool IsExact)? WholeDays(ICalendarMoment start)
    {
        // Far enough to be called too long, and not so far that adding days falls off the calendar.
        var longest = TimeSpan.FromDays(ICalendar.LongestEvent + 1);
        var end = End ?? (Duration is { } duration && duration > TimeSpan.Zero ? start.Plus(duration < longest ? duration : longest) : null);
        // Without an end, or ending when it begins, it is that day: some programs write a day so.
        if (end is null || end == start && start.Time == TimeOnly.MinValue)
            return start.IsBetweenDays && start.Time == TimeOnly.MinValue ? (start.Day, start.Day, true) : (start.Day, start.Day.AddDays(-1), false);
        if (end.Day < start.Day || end.Day == start.Day && end.Time < start.Time)
            return null;
        return (start.FirstWholeDay, end.LastWholeDay, start.Time == TimeOnly.MinValue && end.IsBetweenDays);
    }
}
