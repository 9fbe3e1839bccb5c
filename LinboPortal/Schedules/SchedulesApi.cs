using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Jobs;
using LinboPortal.Hosts;
using LinboPortal.Jobs;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LinboPortal.Schedules;

/// <summary><c>/api/v1/schedules</c>.</summary>
internal static class SchedulesApi
{
    private const int MostItems = 500;

    public static void Map(IEndpointRouteBuilder app)
    {
        var schedules = app.MapGroup("/api/v1/schedules").WithTags("Schedules").RequireAuthorization(Permission.JobsRead);
        schedules.MapGet("", ListAsync).WithSummary("All schedules by name, with their next and last runs");
        schedules.MapGet("/overlaps", OverlapsAsync).WithSummary("Schedules that start at the same time on the same PCs, by id");
        schedules.MapGet("/{schedule}", GetAsync).WithSummary("One schedule by id or name");
        schedules.MapGet("/{schedule}/next", NextAsync).WithSummary("Its next starts, with the days left out for holidays in between");
        schedules.MapPost("/next", PreviewAsync).WithSummary("The next starts of a schedule that is not saved");
        schedules.MapPost("", AddAsync).RequireAuthorization(Permission.SchedulesEdit).WithSummary("Makes a schedule");
        schedules.MapPut("/{schedule}", EditAsync).RequireAuthorization(Permission.SchedulesEdit)
            .WithSummary("Changes a schedule; needs its version in If-Match or in the body");
        schedules.MapPost("/{schedule}/run", RunAsync).RequireAuthorization(Permission.JobsRun).Produces<JobMade>(StatusCodes.Status202Accepted)
            .WithSummary("Starts it now, out of turn; 409 names what will be lost and asks for \"confirmed\"");
        schedules.MapDelete("/{schedule}", DeleteAsync).RequireAuthorization(Permission.SchedulesEdit).WithSummary("Deletes a schedule; its jobs stay");
    }

    private static async Task<IResult> ListAsync(ScheduleReads reads, HttpContext http, CancellationToken ct, int skip = 0, int take = 100) =>
        await reads.ListAsync(http.User.ToPerson(), Math.Max(0, skip), Math.Clamp(take, 1, MostItems), ct) is { } page
            ? TypedResults.Ok(new { Items = page.Rows.Select(DtoOf).ToList(), page.Total })
            : TypedResults.Forbid();

    private static async Task<IResult> GetAsync(string schedule, ScheduleReads reads, HttpContext http, CancellationToken ct)
    {
        if (!ScheduleReads.MayRead(http.User.ToPerson()))
            return TypedResults.Forbid();
        return await reads.FindAsync(http.User.ToPerson(), schedule, ct) is { } found ? Ok(http, found) : TypedResults.NotFound();
    }

    private static async Task<IResult> NextAsync(string schedule, ScheduleReads reads, HttpContext http, CancellationToken ct, int count = 10)
    {
        var person = http.User.ToPerson();
        if (!ScheduleReads.MayRead(person))
            return TypedResults.Forbid();
        if (await reads.FindAsync(person, schedule, ct) is not { } found)
            return TypedResults.NotFound();
        return found.Schedule.Enabled
            ? NextOf(await reads.NextAsync(person, ScheduleForm.Of(found.Schedule), found.Schedule.Id, Math.Clamp(count, 1, 100), ct), found.Schedule.ReadyBy)
            : TypedResults.Ok(new NextStartsDto([], null, null, null));
    }

    private static async Task<Results<Ok<IReadOnlyDictionary<Guid, IReadOnlyList<ScheduleOverlap>>>, ForbidHttpResult>> OverlapsAsync(ScheduleOverlaps overlaps, HttpContext http, CancellationToken ct)
    {
        var person = http.User.ToPerson();
        return ScheduleReads.MayRead(person) ? TypedResults.Ok(await overlaps.AllAsync(person, ct)) : TypedResults.Forbid();
    }

    private static async Task<IResult> PreviewAsync(ScheduleBody body, ScheduleReads reads, HttpContext http, CancellationToken ct, int count = 10)
    {
        var (person, form) = (http.User.ToPerson(), body.WriteTo(new ScheduleForm()));
        return ScheduleReads.MayRead(person) ? NextOf(await reads.NextAsync(person, form, null, Math.Clamp(count, 1, 100), ct), form.ReadyBy) : TypedResults.Forbid();
    }

    private static async Task<IResult> AddAsync(
        ScheduleBody body, ScheduleChanges changes, ScheduleReads reads, ScheduleRefusals refusals, HttpContext http, CancellationToken ct)
    {
        var person = http.User.ToPerson();
        var saved = await changes.AddAsync(person, body.WriteTo(new ScheduleForm { At = "", Name = "" }), body.Confirmed ?? false, ct);
        return saved is ScheduleSaved.Done(var id, _) && await reads.FindAsync(person, id.ToString(), ct) is { } made
            ? TypedResults.Created($"/api/v1/schedules/{id}", DtoOf(made))
            : refusals.Of(http, saved);
    }

    private static async Task<IResult> EditAsync(
        string schedule, ScheduleBody body, ScheduleChanges changes, ScheduleReads reads, ScheduleRefusals refusals, HttpContext http, CancellationToken ct)
    {
        var person = http.User.ToPerson();
        if (!Etags.TryRead(http.Request, body.Version, out var version))
            return Etags.Missing();
        if (await reads.FindAsync(person, schedule, ct) is not { } found)
            return refusals.Of(http, ScheduleChanges.MayEdit(person) ? new ScheduleSaved.Gone() : new ScheduleSaved.Forbidden(Permission.SchedulesEdit));
        var saved = await changes.EditAsync(person, found.Schedule.Id, version, body.WriteTo(ScheduleForm.Of(found.Schedule)), body.Confirmed ?? false, ct);
        return saved is ScheduleSaved.Done(var id, _) && await reads.FindAsync(person, id.ToString(), ct) is { } changed ? Ok(http, changed) : refusals.Of(http, saved);
    }

    private static async Task<IResult> RunAsync(string schedule, ConfirmBody? body, ScheduleRuns runs, JobAnswers answers, HttpContext http, CancellationToken ct)
    {
        var person = http.User.ToPerson();
        if (!ScheduleReads.MayRead(person))
            return TypedResults.Forbid();
        return await runs.StartAsync(person, schedule, JobsApi.Consent(body), ct) is { } outcome ? answers.Of(outcome) : TypedResults.NotFound();
    }

    private static async Task<IResult> DeleteAsync(
        string schedule, ScheduleChanges changes, ScheduleReads reads, ScheduleRefusals refusals, HttpContext http, CancellationToken ct)
    {
        var person = http.User.ToPerson();
        var id = (await reads.FindAsync(person, schedule, ct))?.Schedule.Id ?? Guid.Empty;
        var saved = await changes.DeleteAsync(person, id, ct);
        return saved is ScheduleSaved.Done ? TypedResults.NoContent() : refusals.Of(http, saved);
    }

    /// <summary>A schedule as the API says it.</summary>
    public static ScheduleDto DtoOf(ScheduleDetails d) => new(
        d.Schedule.Id, Etags.Text(d.Schedule.Version), d.Schedule.SavedBy, d.Schedule.SavedAt, d.Next?.StartAt,
        d.Schedule.State.ResultAt is null && d.LastJob is null
            ? null
            : new ScheduleLastDto(d.Schedule.State.Result, d.Schedule.State.ResultAt, d.Schedule.State.Detail, d.LastJob, d.NoticeProblem),
        ScheduleBody.Of(ScheduleForm.Of(d.Schedule)));

    private static Ok<ScheduleDto> Ok(HttpContext http, ScheduleDetails details)
    {
        http.Response.Headers.ETag = Etags.Of(details.Schedule.Version);
        return TypedResults.Ok(DtoOf(details));
    }

    private static IResult NextOf((IReadOnlyList<ScheduledStart> Starts, ScheduleForecast? Forecast)? next, bool readyBy) => next is var (starts, forecast)
        ? TypedResults.Ok(new NextStartsDto(
            [.. starts.Select(s => new NextStartDto(s.Day, s.StartAt, readyBy ? s.At : null, s.Holiday))],
            forecast?.Expected.TotalSeconds, forecast?.Lead.TotalSeconds, forecast?.IsKnown))
        : TypedResults.Problem("The time or the time zone cannot be read.", statusCode: StatusCodes.Status400BadRequest);
}
