using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Jobs;
using LinboPortal.Hosts;
using LinboPortal.Jobs;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Schedules;

/// <summary>A schedule on the wire.</summary>
internal sealed record ScheduleDto(Guid Id, string Version, string SavedBy, DateTimeOffset SavedAt, DateTimeOffset? NextStart, ScheduleLastDto? Last, ScheduleBody Settings);

/// <summary>How the last time went.</summary>
internal sealed record ScheduleLastDto(ScheduleResult? Result, DateTimeOffset? At, string Detail, LastJob? Job, string NotificationProblem);

/// <summary>What a schedule shall be. In PUT, what is left out stays as it is.</summary>
internal sealed record ScheduleBody
{
    public string? School { get; init; }

    public string? Name { get; init; }

    public bool? Enabled { get; init; }

    public string? Target { get; init; }

    public string? Commands { get; init; }

    public JobWay? Way { get; init; }

    /// <summary>Wake, and wait so long; 0 = wake nobody.</summary>
    public int? WakeSeconds { get; init; }

    public int? BetweenSeconds { get; init; }

    public bool? Broadcast { get; init; }

    public bool? NoGui { get; init; }

    public bool? NoAuto { get; init; }

    public string? Waves { get; init; }

    public IReadOnlyList<DayOfWeek>? Days { get; init; }

    /// <summary>Like 22:00.</summary>
    public string? At { get; init; }

    public bool? ReadyBy { get; init; }

    public string? TimeZone { get; init; }

    public bool? SkipHolidays { get; init; }

    /// <summary>0 = missed starts are left out.</summary>
    public int? CatchUpMinutes { get; init; }

    public string? Mail { get; init; }

    public string? WebHook { get; init; }

    public bool? OnlyFailures { get; init; }

    /// <summary>What is lost each time is known and wanted.</summary>
    public bool? Confirmed { get; init; }

    public string? Version { get; init; }

    public static ScheduleBody Of(ScheduleForm f) => new()
    {
        School = f.School,
        Name = f.Name,
        Enabled = f.Enabled,
        Target = f.Target,
        Commands = f.Commands,
        Way = f.Way,
        WakeSeconds = f.WakeSeconds ?? 0,
        BetweenSeconds = f.BetweenSeconds,
        Broadcast = f.Broadcast,
        NoGui = f.NoGui,
        NoAuto = f.NoAuto,
        Waves = f.Waves,
        Days = [.. ScheduleWords.Week.Where(d => (f.Days & (1 << ScheduleTimes.BitOf(d))) != 0)],
        At = f.At,
        ReadyBy = f.ReadyBy,
        TimeZone = f.TimeZone,
        SkipHolidays = f.SkipHolidays,
        CatchUpMinutes = f.CatchUpMinutes ?? 0,
        Mail = f.Mail,
        WebHook = f.WebHook,
        OnlyFailures = f.OnlyFailures,
    };

    /// <summary>Writes what is said into a form.</summary>
    public ScheduleForm WriteTo(ScheduleForm f)
    {
        (f.School, f.Name, f.Enabled) = (School ?? f.School, Name ?? f.Name, Enabled ?? f.Enabled);
        (f.Target, f.Commands, f.Way) = (Target ?? f.Target, Commands ?? f.Commands, Way ?? f.Way);
        f.WakeSeconds = WakeSeconds is { } wake ? wake == 0 ? null : wake : f.WakeSeconds;
        (f.BetweenSeconds, f.Broadcast) = (BetweenSeconds ?? f.BetweenSeconds, Broadcast ?? f.Broadcast);
        (f.NoGui, f.NoAuto, f.Waves) = (NoGui ?? f.NoGui, NoAuto ?? f.NoAuto, Waves ?? f.Waves);
        f.Days = Days?.Where(Enum.IsDefined).Aggregate(0, (days, day) => days | (1 << ScheduleTimes.BitOf(day))) ?? f.Days;
        (f.At, f.ReadyBy, f.TimeZone, f.SkipHolidays) = (At ?? f.At, ReadyBy ?? f.ReadyBy, TimeZone ?? f.TimeZone, SkipHolidays ?? f.SkipHolidays);
        f.CatchUpMinutes = CatchUpMinutes is { } minutes ? minutes == 0 ? null : minutes : f.CatchUpMinutes;
        (f.Mail, f.WebHook, f.OnlyFailures) = (Mail ?? f.Mail, WebHook ?? f.WebHook, OnlyFailures ?? f.OnlyFailures);
        return f;
    }
}

/// <summary>A coming start.</summary>
/// <param name="StartAt">When the job is made.</param>
/// <param name="ReadyAt">When it shall be ready, for schedules with readyBy.</param>
/// <param name="Holiday">The holiday for which this day is left out; null where it is not.</param>
internal sealed record NextStartDto(DateOnly Day, DateTimeOffset StartAt, DateTimeOffset? ReadyAt, string? Holiday);

/// <summary>Coming starts, and how long a run is expected to take.</summary>
internal sealed record NextStartsDto(IReadOnlyList<NextStartDto> Starts, double? ExpectedSeconds, double? LeadSeconds, bool? FromHistory);

/// <summary><c>/api/v1/schedules</c>.</summary>
internal static class SchedulesApi
{
    private const int MostItems = 500;

    public static void Map(IEndpointRouteBuilder app)
    {
        var schedules = app.MapGroup("/api/v1/schedules").WithTags("Schedules").RequireAuthorization(Permission.JobsRead);
        schedules.MapGet("", ListAsync).WithSummary("All schedules by name, with their next and last runs");
        schedules.MapGet("/{schedule}", GetAsync).WithSummary("One schedule by id or name");
        schedules.MapGet("/{schedule}/next", NextAsync).WithSummary("Its next starts, with the days left out for holidays in between");
        schedules.MapPost("/next", PreviewAsync).WithSummary("The next starts of a schedule that is not saved");
        schedules.MapPost("", AddAsync).RequireAuthorization(Permission.SchedulesEdit).WithSummary("Makes a schedule");
        schedules.MapPut("/{schedule}", EditAsync).RequireAuthorization(Permission.SchedulesEdit)
            .WithSummary("Changes a schedule; needs its version in If-Match or in the body");
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

    private static IResult Ok(HttpContext http, ScheduleDetails details)
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

/// <summary>Refusals as problem details, in the language that was asked for.</summary>
internal sealed class ScheduleRefusals(IStringLocalizer<SchedulesText> text, IStringLocalizer<CommandsText> commands)
{
    /// <summary>The answer to what was not saved.</summary>
    public IResult Of(HttpContext http, ScheduleSaved saved) => saved switch
    {
        ScheduleSaved.Refused(var issues, var jobIssues) => TypedResults.Problem(
            text["Api.Refused"], statusCode: StatusCodes.Status400BadRequest,
            extensions: new Dictionary<string, object?> { ["errors"] = Errors(issues, jobIssues) }),
        ScheduleSaved.NeedsConfirmation(var losses, var hosts) => TypedResults.Problem(
            string.Join(" ", losses.Select(l => commands.Sentence(l)).Distinct()), title: text["Api.Confirm"], statusCode: StatusCodes.Status409Conflict,
            extensions: new Dictionary<string, object?> { ["losses"] = losses, ["hosts"] = hosts }),
        ScheduleSaved.Conflict(var current) => Etags.Conflict(http.Request, text["Api.Conflict", current.Schedule.SavedBy], SchedulesApi.DtoOf(current)),
        ScheduleSaved.Forbidden(var permission) => TypedResults.Problem(text["Api.Forbidden", permission], statusCode: StatusCodes.Status403Forbidden),
        _ => TypedResults.NotFound(),
    };

    private Dictionary<string, string[]> Errors(IReadOnlyList<ScheduleIssue> issues, IReadOnlyList<JobIssue> jobIssues) => issues
        .Select(i => (i.Field, Sentence: text.Sentence(i)))
        .Concat(jobIssues.Select(i => (Field: ScheduleWords.FieldOf(i.Field), Sentence: commands.Sentence(i))))
        .GroupBy(i => i.Field, i => i.Sentence).ToDictionary(g => g.Key, g => g.Distinct().ToArray());
}
