using System.Globalization;
using LinboPortal.Core.Jobs;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Jobs;

/// <summary>What the API answers to those who ask for jobs; sentences in the language that was asked for.</summary>
internal sealed class JobAnswers(IStringLocalizer<CommandsText> text)
{
    /// <summary>The answer to what became of a request; null is a job that is not there.</summary>
    public IResult Of(JobOutcome? outcome) => outcome switch
    {
        null => NotFound(),
        JobOutcome.Created(var id, var number, var hosts) { Busy: var busy } =>
            TypedResults.Accepted(string.Create(CultureInfo.InvariantCulture, $"/api/v1/jobs/{number}"), new JobMade(id, number, hosts, busy)),
        JobOutcome.HostsBusy(var jobs, _) => TypedResults.Problem(
            text["Busy.Refused", jobs.Sum(j => j.Pcs), string.Join(", ", jobs.Select(j => $"#{j.Number}"))], statusCode: StatusCodes.Status409Conflict, title: "Busy",
            extensions: new Dictionary<string, object?> { ["busy"] = jobs }),
        JobOutcome.Refused(var issues) => Refused(issues),
        JobOutcome.NeedsConfirmation asked => Confirm(asked),
        JobOutcome.Forbidden(var permission) => TypedResults.Problem(
            text["Forbidden"], statusCode: StatusCodes.Status403Forbidden, extensions: new Dictionary<string, object?> { ["permission"] = permission }),
        _ => throw new InvalidOperationException($"No answer for {outcome}."),
    };

    /// <summary>The answer to a wish to end something.</summary>
    public static IResult Of(JobCancelled cancelled) => cancelled switch
    {
        JobCancelled.Done => TypedResults.Accepted((string?)null),
        JobCancelled.NotFound => NotFound(),
        JobCancelled.Ended => TypedResults.Problem("It has ended already.", statusCode: StatusCodes.Status409Conflict),
        JobCancelled.Forbidden => TypedResults.Forbid(),
        _ => throw new InvalidOperationException($"No answer for {cancelled}."),
    };

    /// <summary>No such job or run, or not for this account.</summary>
    public static ProblemHttpResult NotFound() =>
        TypedResults.Problem("There is no such job, or this account does not see it.", statusCode: StatusCodes.Status404NotFound);

    private ValidationProblem Refused(IReadOnlyList<JobIssue> issues)
    {
        JobIssueDto[] items = [.. issues.Select(i => new JobIssueDto(
            FieldOf(i.Field), i.Position, i.Command?.Code.ToString() ?? i.Problem.ToString(), text.Sentence(i)))];
        var errors = items.GroupBy(i => i.Field).ToDictionary(
            g => g.Key, g => g.Select(i => i.Position is { } at ? string.Create(CultureInfo.InvariantCulture, $"{at}: {i.Message}") : i.Message).ToArray());
        return TypedResults.ValidationProblem(errors, detail: string.Join(" ", items.Select(i => i.Message)), extensions: new Dictionary<string, object?> { ["issues"] = items });
    }

    private ProblemHttpResult Confirm(JobOutcome.NeedsConfirmation asked) => TypedResults.Problem(
        string.Join(" ", asked.Losses.Select(l => text.Sentence(l)).Distinct()),
        statusCode: StatusCodes.Status409Conflict, title: "Not confirmed",
        extensions: new Dictionary<string, object?>
        {
            ["losses"] = asked.Losses.Select(l => new JobLossDto(l.Thing, l.Command, l.Hosts, l.Subjects)).ToArray(),
            ["hosts"] = asked.Hosts,
        });

    private static string FieldOf(JobField field) => field switch
    {
        JobField.Wake => "wakeSeconds",
        JobField.Between => "betweenSeconds",
        _ => char.ToLowerInvariant(field.ToString()[0]) + field.ToString()[1..],
    };
}
