using LinboPortal.Core.Jobs;
using LinboPortal.Jobs;
using LinboPortal.Shell;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Schedules;

/// <summary>What pages ask and say about a save.</summary>
internal static class ScheduleQuestions
{
    /// <summary>The question before a schedule is saved that loses data each time.</summary>
    public static ConfirmQuestion Confirm(
        IStringLocalizer<SchedulesText> text, IStringLocalizer<CommandsText> commands, string name, ScheduleSaved.NeedsConfirmation asked) => new(text["ConfirmTitle", name], text["Save"])
        {
            Consequence = text["ConfirmEachTime", string.Join(" ", asked.Losses.Select(l => commands.Sentence(l)).Distinct())],
            Names = asked.Hosts,
            TypedWord = commands["Loss.Word"],
            Dangerous = true,
        };

    /// <summary>Why nothing was saved, in a sentence; null where that is said elsewhere or known.</summary>
    public static string? Why(IStringLocalizer<SchedulesText> text, IStringLocalizer<CommandsText> commands, ScheduleSaved saved) => saved switch
    {
        ScheduleSaved.Refused(var issues, var jobIssues) => string.Join(" ", issues.Select(text.Sentence).Concat(jobIssues.Select(i => commands.Sentence(i))).Distinct()),
        ScheduleSaved.Forbidden(var permission) => text["Api.Forbidden", permission],
        ScheduleSaved.Gone => text["Gone"],
        ScheduleSaved.Conflict(var current) => text["Api.Conflict", current.Schedule.SavedBy],
        _ => null,
    };

    /// <summary>Sentences by field.</summary>
    public static Dictionary<string, string[]> Errors(
        IStringLocalizer<SchedulesText> text, IStringLocalizer<CommandsText> commands, IReadOnlyList<ScheduleIssue> issues, IReadOnlyList<JobIssue> jobIssues) => issues
        .Select(i => (i.Field, Sentence: text.Sentence(i)))
        .Concat(jobIssues.Select(i => (Field: ScheduleWords.FieldOf(i.Field), Sentence: commands.Sentence(i))))
        .GroupBy(i => i.Field, i => i.Sentence).ToDictionary(g => g.Key, g => g.Distinct().ToArray());
}
