using LinboPortal.Hosts;
using LinboPortal.Jobs;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Schedules;

/// <summary>Refusals as problem details, in the language that was asked for.</summary>
internal sealed class ScheduleRefusals(IStringLocalizer<SchedulesText> text, IStringLocalizer<CommandsText> commands)
{
    /// <summary>The answer to what was not saved.</summary>
    public IResult Of(HttpContext http, ScheduleSaved saved) => saved switch
    {
        ScheduleSaved.Refused(var issues, var jobIssues) => TypedResults.Problem(
            text["Api.Refused"], statusCode: StatusCodes.Status400BadRequest,
            extensions: new Dictionary<string, object?> { ["errors"] = ScheduleQuestions.Errors(text, commands, issues, jobIssues) }),
        ScheduleSaved.NeedsConfirmation(var losses, var hosts) => TypedResults.Problem(
            string.Join(" ", losses.Select(l => commands.Sentence(l)).Distinct()), title: text["Api.Confirm"], statusCode: StatusCodes.Status409Conflict,
            extensions: new Dictionary<string, object?> { ["losses"] = losses, ["hosts"] = hosts }),
        ScheduleSaved.Conflict(var current) => Etags.Conflict(http.Request, text["Api.Conflict", current.Schedule.SavedBy], SchedulesApi.DtoOf(current)),
        ScheduleSaved.Forbidden(var permission) => TypedResults.Problem(text["Api.Forbidden", permission], statusCode: StatusCodes.Status403Forbidden),
        _ => TypedResults.NotFound(),
    };
}
