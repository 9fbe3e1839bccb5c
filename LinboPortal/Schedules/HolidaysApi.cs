using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Jobs;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Schedules;

/// <summary>A holiday to add; without a last day it is one day.</summary>
internal sealed record HolidayBody(string? School, string? Name, DateOnly? From, DateOnly? To);

/// <summary>What an import did; problems name lines of the file.</summary>
internal sealed record HolidaysImported(int Added, int Replaced, IReadOnlyList<string> Problems);

/// <summary><c>/api/v1/holidays</c>.</summary>
internal static class HolidaysApi
{
    private const int MostItems = 1000;

    public static void Map(IEndpointRouteBuilder app)
    {
        var holidays = app.MapGroup("/api/v1/holidays").WithTags("Schedules").RequireAuthorization(Permission.JobsRead);
        holidays.MapGet("", ListAsync).WithSummary("Days without school, from today on or from a day on");
        holidays.MapPost("", AddAsync).RequireAuthorization(Permission.SchedulesEdit).WithSummary("Adds a holiday");
        holidays.MapPost("/import", ImportAsync).RequireAuthorization(Permission.SchedulesEdit).WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(ICalendar.LargestFile + 1))
            .Accepts<Stream>("text/calendar").WithSummary("Takes in an iCal file (the body); what has a UID that is there in the same year takes its place; what is left out is named");
        holidays.MapDelete("/{id:guid}", DeleteAsync).RequireAuthorization(Permission.SchedulesEdit).WithSummary("Deletes a holiday");
    }

    private static async Task<IResult> ListAsync(
        HolidayReads reads, TimeProvider time, HttpContext http, CancellationToken ct, DateOnly? from = null, int skip = 0, int take = 200)
    {
        var first = from ?? DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        return await reads.ListAsync(http.User.ToPerson(), first, Math.Max(0, skip), Math.Clamp(take, 1, MostItems), ct) is { } page
            ? TypedResults.Ok(new { Items = page.Rows, page.Total })
            : TypedResults.Forbid();
    }

    private static async Task<IResult> AddAsync(
        HolidayBody body, HolidayChanges changes, IStringLocalizer<SchedulesText> text, HttpContext http, CancellationToken ct) =>
        Answer(text, await changes.AddAsync(http.User.ToPerson(), body.School ?? Host.DefaultSchool, body.Name ?? "", body.From, body.To, ct));

    private static async Task<IResult> ImportAsync(
        Stream body, HolidayChanges changes, IStringLocalizer<SchedulesText> text, HttpContext http, CancellationToken ct, string? school = null)
    {
        using var file = new MemoryStream();
        await body.CopyToAsync(file, ct);
        return Answer(text, await changes.ImportAsync(http.User.ToPerson(), school ?? Host.DefaultSchool, file.ToArray(), ct));
    }

    private static async Task<IResult> DeleteAsync(Guid id, HolidayChanges changes, IStringLocalizer<SchedulesText> text, HttpContext http, CancellationToken ct) =>
        await changes.DeleteAsync(http.User.ToPerson(), id, ct) is var saved and not HolidaysSaved.Done ? Answer(text, saved) : TypedResults.NoContent();

    private static IResult Answer(IStringLocalizer<SchedulesText> text, HolidaysSaved saved) => saved switch
    {
        HolidaysSaved.Done(var added, var replaced, var problems) => TypedResults.Ok(new HolidaysImported(added, replaced, [.. problems.Select(text.Sentence)])),
        HolidaysSaved.Refused(var issues, var problems) => TypedResults.Problem(
            text["Api.Refused"], statusCode: StatusCodes.Status400BadRequest, extensions: new Dictionary<string, object?>
            {
                ["errors"] = issues.GroupBy(i => i.Field, text.Sentence).ToDictionary(g => g.Key, g => g.ToArray()),
                ["problems"] = problems.Select(text.Sentence).ToArray(),
            }),
        HolidaysSaved.Gone => TypedResults.NotFound(),
        _ => TypedResults.Forbid(),
    };
}
