using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Events;
using LinboPortal.Core.Jobs;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LinboPortal.Jobs;

/// <summary><c>/api/v1/jobs</c>.</summary>
internal static class JobsApi
{
    private const int MostRuns = 1000;

    public static void Map(IEndpointRouteBuilder app)
    {
        var jobs = app.MapGroup("/api/v1/jobs").WithTags("Jobs").RequireAuthorization(Permission.JobsRead);
        jobs.MapPost("", CreateAsync).RequireAuthorization(Permission.JobsRun).Produces<JobMade>(StatusCodes.Status202Accepted)
            .ProducesValidationProblem().ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("Sends commands to PCs; 409 names what will be lost and asks for \"confirmed\"");
        jobs.MapGet("", ListAsync).WithSummary("A page of the jobs, newest first, with search and filters");
        jobs.MapGet("/{job}", GetAsync).WithSummary("One job by number or id");
        jobs.MapGet("/{job}/runs", RunsAsync).WithSummary("The PCs of a job, and where each stands");
        jobs.MapPost("/{job}/cancel", CancelAsync).RequireAuthorization(Permission.JobsRun).WithSummary("Ends a job: what waits is left out, what runs is ended on the PCs");
        jobs.MapPost("/{job}/retry", RetryAsync).RequireAuthorization(Permission.JobsRun).Produces<JobMade>(StatusCodes.Status202Accepted)
            .WithSummary("A new job for the PCs that failed or were left out because others failed");
        jobs.MapPost("/{job}/duplicate", DuplicateAsync).RequireAuthorization(Permission.JobsRun).Produces<JobMade>(StatusCodes.Status202Accepted)
            .WithSummary("The same job again, for the PCs that its target means now");
        jobs.MapPost("/{job}/runs/{run}/cancel", CancelRunAsync).RequireAuthorization(Permission.JobsRun).WithSummary("Ends the work on one PC");
        jobs.MapGet("/{job}/stream", StreamAsync).Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
            .WithSummary("Server-sent events: \"run\" for where a PC stands, \"output\" for what it prints, \"job\" at the end");
        RunLogApi.Map(jobs);
    }

    private static async Task<IResult> CreateAsync(JobBody body, JobDispatcher dispatcher, JobAnswers answers, HttpContext http, CancellationToken ct) =>
        answers.Of(await dispatcher.DispatchAsync(http.User.ToPerson(), body.ToRequest(), ct));

    private static async Task<Results<Ok<JobPageDto>, ValidationProblem>> ListAsync(
        [AsParameters] JobListParameters wanted, JobList list, HttpContext http, CancellationToken ct)
    {
        var errors = new Dictionary<string, string[]>();
        if (wanted.Page is < 1)
            errors["page"] = ["From 1."];
        if (wanted.PageSize is < 1 or > JobListQuery.MaxPageSize)
            errors["pageSize"] = [$"From 1 to {JobListQuery.MaxPageSize}."];
        if (errors.Count > 0)
            return TypedResults.ValidationProblem(errors);
        var page = await list.ReadAsync(http.User.ToPerson(), wanted.ToQuery(), ct);
        return TypedResults.Ok(new JobPageDto([.. page.Items.Select(JobDto.Of)], page.Total, page.Page, page.PageSize, page.Running, page.Planned));
    }

    private static async Task<Results<Ok<JobDetailDto>, ProblemHttpResult>> GetAsync(string job, JobSight sight, HttpContext http, CancellationToken ct) =>
        await sight.FindAsync(http.User.ToPerson(), job, ct) is { } found ? TypedResults.Ok(JobDetailDto.Of(found)) : JobAnswers.NotFound();

    private static async Task<Results<Ok<IReadOnlyList<RunDto>>, ProblemHttpResult>> RunsAsync(
        string job, JobSight sight, HttpContext http, CancellationToken ct, RunState? state = null, int skip = 0, int take = MostRuns)
    {
        var person = http.User.ToPerson();
        if (await sight.FindAsync(person, job, ct) is not { } found)
            return JobAnswers.NotFound();
        var runs = await sight.RunsAsync(person, found.Job.Id, state, Math.Max(0, skip), Math.Clamp(take, 1, MostRuns), ct);
        return TypedResults.Ok<IReadOnlyList<RunDto>>([.. runs.Select(RunDto.Of)]);
    }

    private static async Task<Results<ServerSentEventsResult<object>, ProblemHttpResult>> StreamAsync(
        string job, JobSight sight, JobStream stream, OpenStreams open, HttpContext http, CancellationToken ct) =>
        await sight.FindAsync(http.User.ToPerson(), job, ct) is not { } found ? JobAnswers.NotFound()
            : open.TryAdd(http) ? TypedResults.ServerSentEvents(stream.FollowAsync(found.Job.Id, http.User, ct))
            : OpenStreams.TooMany();

    private static async Task<IResult> CancelAsync(string job, JobChanges changes, HttpContext http, CancellationToken ct) =>
        JobAnswers.Of(await changes.CancelAsync(http.User.ToPerson(), job, ct));

    private static async Task<IResult> RetryAsync(string job, ConfirmBody? body, JobChanges changes, JobAnswers answers, HttpContext http, CancellationToken ct) =>
        answers.Of(await changes.RetryFailedAsync(http.User.ToPerson(), job, Consent(body), ct));

    private static async Task<IResult> DuplicateAsync(string job, ConfirmBody? body, JobChanges changes, JobAnswers answers, HttpContext http, CancellationToken ct) =>
        answers.Of(await changes.DuplicateAsync(http.User.ToPerson(), job, Consent(body), ct));

    internal static JobConsent Consent(ConfirmBody? body) => new(body?.Confirmed ?? false, body?.WhenBusy ?? BusyRule.After);

    private static async Task<IResult> CancelRunAsync(string job, string run, JobSight sight, JobChanges changes, HttpContext http, CancellationToken ct)
    {
        var person = http.User.ToPerson();
        return await sight.RunAsync(person, job, run, ct) is { } found
            ? JobAnswers.Of(await changes.CancelRunAsync(person, found.Id, ct))
            : JobAnswers.NotFound();
    }
}
