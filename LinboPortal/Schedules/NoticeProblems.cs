using System.Text.RegularExpressions;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Schedules;

/// <summary>Why a message was not delivered, in the person's language. What a foreign server answered stays as it is.</summary>
internal static partial class NoticeProblems
{
    /// <summary>The stored text as a sentence.</summary>
    public static string Sentence(IStringLocalizer<SchedulesText> text, string problem)
    {
        if (problem == "No http or https address.")
            return text["NoticeProblem.Address"];
        if (Setting().Match(problem) is { Success: true } setting)
            return text[setting.Groups["how"].Value == "is not set" ? "NoticeProblem.NotSet" : "NoticeProblem.NoMailAddress", setting.Groups["name"].Value];
        if (NoAnswer().Match(problem) is { Success: true } silent)
            return text["NoticeProblem.NoAnswer", silent.Groups["who"].Value, silent.Groups["seconds"].Value];
        if (Answered().Match(problem) is { Success: true } answered)
            return text["NoticeProblem.Answered", answered.Groups["who"].Value, answered.Groups["status"].Value];
        return problem;
    }

    [GeneratedRegex("^(?<name>Notifications:[A-Za-z:]+) (?<how>is not set|is no mail address)\\.$")]
    private static partial Regex Setting();

    [GeneratedRegex("^(?<who>\\S+) did not answer within (?<seconds>[0-9]+) s\\.$")]
    private static partial Regex NoAnswer();

    [GeneratedRegex("^(?<who>\\S+) answered (?<status>[0-9]{3})\\.$")]
    private static partial Regex Answered();
}
