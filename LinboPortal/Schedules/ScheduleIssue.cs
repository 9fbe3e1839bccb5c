using LinboPortal.Core.Jobs;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Schedules;

/// <summary>What is wrong with a field.</summary>
internal enum ScheduleProblem
{
    /// <summary>It is empty.</summary>
    Missing,

    /// <summary>It is longer than it may be, or has characters that nobody can type.</summary>
    TooLong,

    /// <summary>Another one has the name.</summary>
    Taken,

    /// <summary>No day of the week is chosen.</summary>
    NoDays,

    /// <summary>No time like 22:00.</summary>
    NotATime,

    /// <summary>No date.</summary>
    NotADate,

    /// <summary>The end lies before the start.</summary>
    EndsBeforeStart,

    /// <summary>No time zone of the IANA's list.</summary>
    NotAZone,

    /// <summary>Too large, or negative.</summary>
    OutOfRange,

    /// <summary>No mail address.</summary>
    NotAnAddress,

    /// <summary>No http or https address.</summary>
    NotAWebAddress,

    /// <summary>The file has no day that could be read.</summary>
    NothingRead,
}

/// <summary>Something that is wrong, by the field's name on the wire.</summary>
internal sealed record ScheduleIssue(string Field, ScheduleProblem Problem, string Value = "", string Other = "");

/// <summary>Issues in words.</summary>
internal static class ScheduleSentences
{
    extension(IStringLocalizer<SchedulesText> text)
    {
        public string Sentence(ScheduleIssue issue) => text[$"Problem.{issue.Problem}", issue.Value, issue.Other];

        public string Sentence(ICalendarProblem problem) => text["Calendar.Line", problem.Line, text[$"Calendar.{problem.Code}", problem.Text].Value];
    }
}
