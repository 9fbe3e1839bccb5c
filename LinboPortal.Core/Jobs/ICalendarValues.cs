using System.Globalization;
using System.Text;

namespace LinboPortal.Core.Jobs;

/// <summary>A property of an iCal file: <c>NAME;PARAMETER=value:value</c>.</summary>
internal sealed record ICalendarProperty(string Name, IReadOnlyDictionary<string, string> Parameters, string Value)
{
    /// <summary>The value with its escapes undone.</summary>
    public string Text
    {
        get
        {
            var text = new StringBuilder();
            for (var i = 0; i < Value.Length; i++)
            {
                if (Value[i] != '\\' || i + 1 == Value.Length)
                    text.Append(Value[i]);
                else
                    text.Append(Value[++i] is 'n' or 'N' ? '\n' : Value[i]);
            }

            return text.ToString();
        }
    }

    /// <summary>Reads an unfolded line; null where it is none.</summary>
    public static ICalendarProperty? TryParse(string line)
    {
        List<string> parts = [];
        var (begin, isQuoted) = (0, false);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"')
                isQuoted = !isQuoted;
            if (isQuoted || line[i] is not (';' or ':'))
                continue;
            parts.Add(line[begin..i]);
            begin = i + 1;
            if (line[i] != ':')
                continue;
            // Subscribed calendars put a group before the name now and then.
            var name = parts[0].Trim().ToUpperInvariant();
            return name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.') ? new ICalendarProperty(name, Read(parts.Skip(1)), line[begin..]) : null;
        }

        return null;
    }

    private static Dictionary<string, string> Read(IEnumerable<string> parts)
    {
        Dictionary<string, string> parameters = [];
        foreach (var part in parts)
            if (part.IndexOf('=') is > 0 and var equals)
                parameters[part[..equals].Trim().ToUpperInvariant()] = part[(equals + 1)..].Trim().Trim('"');
        return parameters;
    }
}

/// <summary>A DATE or DATE-TIME as day and time where the school is.</summary>
internal sealed record ICalendarMoment(DateOnly Day, TimeOnly Time, bool HasTime = false)
{
    // Some programs end a day at 23:59 or 23:59:59.
    private static readonly TimeOnly LastMinute = new(23, 59);

    /// <summary>The first whole day of what begins at this moment.</summary>
    public DateOnly FirstWholeDay => Time == TimeOnly.MinValue ? Day : Day.AddDays(1);

    /// <summary>The last whole day of what ends at this moment.</summary>
    public DateOnly LastWholeDay => Time >= LastMinute ? Day : Day.AddDays(-1);

    /// <summary>True where a day begins or ends at this moment.</summary>
    public bool IsBetweenDays => Time == TimeOnly.MinValue || Time >= LastMinute;

    /// <summary>Reads <c>20261012</c>, <c>20261012T080000</c> and <c>20261012T080000Z</c>, with TZID where it is known.</summary>
    public static ICalendarMoment? TryParse(ICalendarProperty property, TimeZoneInfo zone)
    {
        var text = property.Value.Trim();
        if (DateOnly.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return IsSane(day) ? new ICalendarMoment(day, TimeOnly.MinValue) : null;
        var isUtc = text.EndsWith('Z') || text.EndsWith('z');
        var local = isUtc ? text[..^1] : text;
        if (!DateTime.TryParseExact(local, "yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) || !IsSane(DateOnly.FromDateTime(time)))
            return null;
        if (isUtc)
            time = TimeZoneInfo.ConvertTimeFromUtc(time, zone);
        else if (property.Parameters.TryGetValue("TZID", out var id) && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var theirs) && !theirs.IsInvalidTime(time))
            time = TimeZoneInfo.ConvertTime(time, theirs, zone);
        return new ICalendarMoment(DateOnly.FromDateTime(time), TimeOnly.FromDateTime(time), HasTime: true);
    }

    /// <summary>The time zone of a time where it is not known here; null where it is, or where the time names none.</summary>
    public static string? UnknownZone(ICalendarProperty property) =>
        !property.Value.Trim().EndsWith("Z", StringComparison.OrdinalIgnoreCase) && property.Parameters.TryGetValue("TZID", out var id) && !TimeZoneInfo.TryFindSystemTimeZoneById(id, out _)
            ? id : null;

    /// <summary>A while later.</summary>
    public ICalendarMoment Plus(TimeSpan duration)
    {
        var later = Day.ToDateTime(Time).Add(duration);
        return new ICalendarMoment(DateOnly.FromDateTime(later), TimeOnly.FromDateTime(later), HasTime: true);
    }

    /// <summary>Reads <c>P1D</c>, <c>P2W</c>, <c>P1DT12H30M</c>.</summary>
    public static TimeSpan? TryParseDuration(string text)
    {
        if (text is not ['P' or 'p', _, ..] and not ['+', 'P' or 'p', _, ..])
            return null;
        var rest = text.TrimStart('+')[1..];
        var (sum, digits, inTime) = (TimeSpan.Zero, 0, false);
        foreach (var c in rest)
        {
            if (char.IsAsciiDigit(c))
            {
                digits = Math.Min(digits * 10 + (c - '0'), 100_000);
                continue;
            }

            if (char.ToUpperInvariant(c) == 'T')
            {
                inTime = true;
                continue;
            }

            TimeSpan? unit = (char.ToUpperInvariant(c), inTime) switch
            {
                ('W', false) => TimeSpan.FromDays(7),
                ('D', false) => TimeSpan.FromDays(1),
                ('H', true) => TimeSpan.FromHours(1),
                ('M', true) => TimeSpan.FromMinutes(1),
                ('S', true) => TimeSpan.FromSeconds(1),
                _ => null,
            };
            if (unit is null)
                return null;
            (sum, digits) = (sum + unit.Value * digits, 0);
        }

        return digits == 0 ? sum : null;
    }

    // Far from both ends of the calendar, so that adding days never falls off.
    private static bool IsSane(DateOnly day) => day.Year is >= 1900 and <= 2200;
}

/// <summary>Each year, or each so many years, on the same day.</summary>
internal sealed record YearlyRule(int Interval, int? Count, DateOnly? Until)
{
    /// <summary>Reads a rule; null where it is another one.</summary>
    public static YearlyRule? TryParse(string text, DateOnly start)
    {
        var rule = new YearlyRule(1, null, null);
        var isYearly = false;
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=');
            var (name, value) = equals < 0 ? (part, "") : (part[..equals].Trim().ToUpperInvariant(), part[(equals + 1)..].Trim().ToUpperInvariant());
            var number = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n is > 0 and <= 1000 ? n : (int?)null;
            switch (name)
            {
                case "FREQ" when value == "YEARLY":
                    isYearly = true;
                    break;
                case "INTERVAL" when number is { } interval:
                    rule = rule with { Interval = interval };
                    break;
                case "COUNT" when number is { } count:
                    rule = rule with { Count = count };
                    break;
                case "UNTIL" when DateOnly.TryParseExact(value.Split('T')[0], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var until):
                    rule = rule with { Until = until };
                    break;
                case "BYMONTH" when number == start.Month:
                case "BYMONTHDAY" when number == start.Day:
                case "WKST":
                    break;
                default:
                    return null;
            }
        }

        return isYearly ? rule : null;
    }

    /// <summary>The first days within the years; 29 February in leap years only.</summary>
    public IEnumerable<DateOnly> Days(DateOnly start, int firstYear, int lastYear)
    {
        var left = Count ?? int.MaxValue;
        for (var year = start.Year; year <= lastYear && left > 0; year += Interval)
        {
            if (start is { Month: 2, Day: 29 } && !DateTime.IsLeapYear(year))
                continue;
            left--;
            var day = new DateOnly(year, start.Month, start.Day);
            if (day > Until)
                yield break;
            if (year >= firstYear)
                yield return day;
        }
    }
}
