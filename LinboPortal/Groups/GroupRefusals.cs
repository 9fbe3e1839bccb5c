using System.Collections.Immutable;
using System.Globalization;
using LinboPortal.Core.StartConf;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Groups;

/// <summary>A problem in a start.conf.</summary>
internal sealed record ProblemItem(string Code, string Severity, int Line, int Column, int Length, string Message, string Remedy);

/// <summary>Refusals as problem details, in the language that was asked for.</summary>
internal sealed class GroupRefusals(IStringLocalizer<StartConfText> texts, IStringLocalizer<GroupsText> words)
{
    /// <summary>The answer to an outcome that is none of success.</summary>
    public ProblemHttpResult Of(GroupOutcome outcome, string subject) => outcome switch
    {
        GroupOutcome.NotFound or GroupOutcome.Done => NotFound(subject),
        GroupOutcome.Invalid(var problems) => Invalid(problems),
        GroupOutcome.Conflict(var text, var revision, var by) => TypedResults.Problem(
            words["Api.Conflict", revision, by ?? "?"], statusCode: StatusCodes.Status412PreconditionFailed, title: "Conflict",
            extensions: new Dictionary<string, object?> { ["revision"] = revision, ["savedBy"] = by, ["startConf"] = text }),
        GroupOutcome.NameRefused(var problem) => TypedResults.Problem(
            words[$"Name.{problem}"], title: "Name", statusCode: problem == GroupNameProblem.Taken ? StatusCodes.Status409Conflict : StatusCodes.Status400BadRequest,
            extensions: Errors("name", words[$"Name.{problem}"])),
        GroupOutcome.InUse(var hosts) => TypedResults.Problem(
            words["Api.InUse", hosts], statusCode: StatusCodes.Status409Conflict, title: "In use",
            extensions: new Dictionary<string, object?> { ["hosts"] = hosts }),
        _ => throw new InvalidOperationException($"No answer for {outcome}."),
    };

    /// <summary>The problems of a text, in the language that was asked for.</summary>
    public IReadOnlyList<ProblemItem> Items(ImmutableArray<StartConfProblem> problems) =>
        [.. problems.Select(p => new ProblemItem(p.Code.ToString(), p.Severity.ToString(), p.Line, p.Column, p.Length, texts.Message(p), texts.Remedy(p)))];

    /// <summary>No such group, revision or file.</summary>
    public static ProblemHttpResult NotFound(string subject) =>
        TypedResults.Problem($"There is no {subject}.", statusCode: StatusCodes.Status404NotFound);

    /// <summary>More characters than any start.conf has.</summary>
    public static ProblemHttpResult TooLong() => TypedResults.Problem(
        $"The text is longer than {GroupSaves.LongestText} characters.", statusCode: StatusCodes.Status413PayloadTooLarge);

    private ProblemHttpResult Invalid(ImmutableArray<StartConfProblem> problems)
    {
        var items = Items(problems);
        var lines = items.Select(i => string.Create(CultureInfo.InvariantCulture, $"{i.Line}:{i.Column} {i.Message} {i.Remedy}")).ToArray();
        var extensions = Errors("startConf", lines);
        extensions["problems"] = items;
        return TypedResults.Problem(words["Api.Invalid", problems.Length], statusCode: StatusCodes.Status400BadRequest, title: "start.conf", extensions: extensions);
    }

    private static Dictionary<string, object?> Errors(string field, params string[] messages) =>
        new() { ["errors"] = new Dictionary<string, string[]> { [field] = messages } };
}
