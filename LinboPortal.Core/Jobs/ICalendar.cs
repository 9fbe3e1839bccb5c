using System.Text;

namespace LinboPortal.Core.Jobs;

/// <summary>A time without school out of an iCal file: whole days.</summary>
/// <param name="Line">The line in the file where it begins, from 1.</param>
/// <param name="Uid">Its UID; made from day and name where the file has none, so that the same file gives the same one again.</param>
/// <param name="Name">Its SUMMARY on one line.</param>
/// <param name="From">First day.</param>
/// <param name="To">Last day.</param>
public sealed record ICalendarDays(int Line, string Uid, string Name, DateOnly From, DateOnly To);

/// <summary>What is wrong with a line of an iCal file.</summary>
public enum ICalendarProblemCode
{
    /// <summary>The file does not begin with BEGIN:VCALENDAR.</summary>
    NotACalendar,

    /// <summary>The file is larger than any calendar of holidays; nothing was read.</summary>
    TooLarge,

    /// <summary>More events than any calendar of holidays has; the rest was not read.</summary>
    TooManyEvents,

    /// <summary>No property: a line without a colon.</summary>
    NoProperty,

    /// <summary>A line that is longer than it may be was cut.</summary>
    LineTooLong,

    /// <summary>No date, or none that exists.</summary>
    NotADate,

    /// <summary>An event without DTSTART.</summary>
    NoStart,

    /// <summary>An event that ends before it begins.</summary>
    EndsBeforeStart,

    /// <summary>An event of more than a year.</summary>
    TooLong,

    /// <summary>A rule of repetition other than each year on the same day: the first time alone was taken.</summary>
    RuleNotUnderstood,

    /// <summary>An appointment that covers no whole day: it is left out.</summary>
    NotAWholeDay,

    /// <summary>An event that begins or ends within a day: its whole days alone were taken.</summary>
    WholeDaysOnly,

    /// <summary>A property that changes an event's days in a way that was not understood: it was left out.</summary>
    PropertyNotUnderstood,

    /// <summary>A time zone that nobody here knows: the time was taken as the school's.</summary>
    ZoneNotKnown,

    /// <summary>A day is taken out of a repetition that does not have it.</summary>
    ExceptionWithoutDay,

    /// <summary>A component that is no event (VTODO, VJOURNAL): it is left out.</summary>
    NotAnEvent,

    /// <summary>An END without its BEGIN, or the end of the file within an event.</summary>
    NotClosed,
}

/// <summary>A problem in an iCal file, by line.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Code">What.</param>
/// <param name="Text">The text in question, short.</param>
public sealed record ICalendarProblem(int Line, ICalendarProblemCode Code, string Text);

/// <summary>Holidays read from an iCal file (RFC 5545). Never throws; what is wrong is named by line, and the rest is taken.</summary>
/// <param name="Days">The times without school, in the order of the file.</param>
/// <param name="Problems">What was wrong.</param>
public sealed record ICalendar(IReadOnlyList<ICalendarDays> Days, IReadOnlyList<ICalendarProblem> Problems)
{
    /// <summary>Bytes that a file may have.</summary>
    public const int LargestFile = 2 * 1024 * 1024;

    /// <summary>Events that are read.</summary>
    public const int MostEvents = 5000;

    /// <summary>Problems that are named; a file that has more is none.</summary>
    public const int MostProblems = 100;

    /// <summary>Days that an event may have.</summary>
    public const int LongestEvent = 400;

    private const int LongestLine = 16 * 1024;

    /// <summary>Reads a file.</summary>
    /// <param name="content">The bytes: UTF-8 with or without BOM, else Latin-1.</param>
    /// <param name="zone">The zone in which days are meant, for events with times.</param>
    /// <param name="years">Events that come each year are taken for these years.</param>
    public static ICalendar Read(ReadOnlySpan<byte> content, TimeZoneInfo zone, Range years)
    {
        if (content.Length > LargestFile)
            return new ICalendar([], [new ICalendarProblem(1, ICalendarProblemCode.TooLarge, "")]);
        var reader = new ICalendarReader(zone, years.Start.Value, years.End.Value);
        foreach (var line in Unfold(content))
        {
            if (line.IsCut)
                reader.Complain(line.Number, ICalendarProblemCode.LineTooLong, line.Text[..20]);
            if (!reader.Take(line.Number, line.Text))
                break;
        }

        return reader.Finish();
    }

    // Folding may cut a character in the middle, so bytes are joined first and read as text then.
    private static List<(int Number, string Text, bool IsCut)> Unfold(ReadOnlySpan<byte> content)
    {
        if (content.StartsWith("\uFEFF"u8))
            content = content[3..];
        var encoding = IsUtf8(content) ? Encoding.UTF8 : Encoding.Latin1;
        List<(int, string, bool)> lines = [];
        List<byte> joined = [];
        var (number, first, isCut) = (0, 0, false);
        while (!content.IsEmpty)
        {
            number++;
            var end = content.IndexOfAny((byte)'\n', (byte)'\r');
            var line = end < 0 ? content : content[..end];
            content = end < 0 ? [] : content[(end + (content[end..].StartsWith("\r\n"u8) ? 2 : 1))..];
            if (line is [(byte)' ' or (byte)'\t', ..] && first > 0)
            {
                line = line[1..];
            }
            else
            {
                Flush(lines, joined);
                (first, isCut) = (number, false);
            }

            var room = LongestLine - joined.Count;
            isCut |= line.Length > room;
            joined.AddRange(line.Length > room ? line[..Math.Max(0, room)] : line);
        }

        Flush(lines, joined);
        return lines;

        void Flush(List<(int, string, bool)> to, List<byte> bytes)
        {
            if (bytes.Count > 0)
                to.Add((first, encoding.GetString([.. bytes]), isCut));
            bytes.Clear();
        }
    }

    private static bool IsUtf8(ReadOnlySpan<byte> content)
    {
        // A folded character is none until its line is joined: only what no joining could mend counts.
        Span<byte> joined = new byte[content.Length];
        var length = 0;
        for (var i = 0; i < content.Length; i++)
        {
            if (content[i..] is [(byte)'\r', (byte)'\n', (byte)' ' or (byte)'\t', ..])
                i += 2;
            else if (content[i..] is [(byte)'\n' or (byte)'\r', (byte)' ' or (byte)'\t', ..])
                i++;
            else
                joined[length++] = content[i];
        }

        return System.Text.Unicode.Utf8.IsValid(joined[..length]);
    }
}
