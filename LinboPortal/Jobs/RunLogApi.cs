using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Events;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LinboPortal.Jobs;

/// <summary>What a PC prints, over HTTP: a part, the whole as text, or live.</summary>
internal static class RunLogApi
{
    private const int MostPieces = 1000;
    private static readonly TimeSpan Nap = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(30);

    public static void Map(RouteGroupBuilder jobs)
    {
        jobs.MapGet("/{job}/runs/{run}", GetAsync).WithSummary("One PC of a job, by the run's id or the PC's name");
        jobs.MapGet("/{job}/runs/{run}/log", ReadAsync).WithSummary("What a PC printed: pieces behind a command and offset");
        jobs.MapGet("/{job}/runs/{run}/log/text", TextAsync).Produces<string>(StatusCodes.Status200OK, "text/plain").WithSummary("What a PC printed, as plain text");
        jobs.MapGet("/{job}/runs/{run}/log/stream", StreamAsync).Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
            .WithSummary("Server-sent events: \"output\" for what the PC prints, \"run\" for where it stands, until its end");
    }

    private static async Task<Results<Ok<RunDto>, ProblemHttpResult>> GetAsync(string job, string run, JobSight sight, HttpContext http, CancellationToken ct) =>
        await sight.RunAsync(http.User.ToPerson(), job, run, ct) is { } found ? TypedResults.Ok(RunDto.Of(found)) : JobAnswers.NotFound();

    private static async Task<Results<Ok<LogDto>, ProblemHttpResult>> ReadAsync(
        string job, string run, JobSight sight, HttpContext http, CancellationToken ct, int command = 0, long offset = -1, int take = MostPieces)
    {
        var person = http.User.ToPerson();
        if (await sight.RunAsync(person, job, run, ct) is not { } found)
            return JobAnswers.NotFound();
        var pieces = await sight.LogAsync(person, found.Id, new LogPlace(command, offset), Math.Clamp(take, 1, MostPieces), ct) ?? [];
        var after = pieces is [.., var last] ? new LogPlaceDto(last.Command, last.Offset) : command > 0 ? new LogPlaceDto(command, offset) : null;
        return TypedResults.Ok(new LogDto([.. pieces.Select(p => new LogPieceDto(p.Command, p.Offset, p.Text, p.At))], after, found.EndedAt is not null));
    }

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> TextAsync(string job, string run, JobSight sight, HttpContext http, CancellationToken ct)
    {
        var person = http.User.ToPerson();
        if (await sight.RunAsync(person, job, run, ct) is not { } found)
            return JobAnswers.NotFound();
        return TypedResults.Stream(
            async stream =>
            {
                await using var writer = new StreamWriter(stream);
                for (LogPlace? after = null; await sight.LogAsync(person, found.Id, after, MostPieces, ct) is { Count: > 0 } pieces; after = pieces[^1].Place)
                    foreach (var piece in pieces)
                        await writer.WriteAsync(piece.Text.AsMemory(), ct);
            },
            "text/plain; charset=utf-8");
    }

    private static async Task<Results<ServerSentEventsResult<object>, ProblemHttpResult>> StreamAsync(
        string job, string run, JobSight sight, PortalEvents events, AccountPrincipals principals, OpenStreams open, TimeProvider time, HttpContext http, CancellationToken ct) =>
        await sight.RunAsync(http.User.ToPerson(), job, run, ct) is not { } found ? JobAnswers.NotFound()
            : open.TryAdd(http) ? TypedResults.ServerSentEvents(FollowAsync(found, sight, events, principals, time, http.User, ct))
            : OpenStreams.TooMany();

    private static async IAsyncEnumerable<SseItem<object>> FollowAsync(
        RunRow run, JobSight sight, PortalEvents events, AccountPrincipals principals, TimeProvider time, ClaimsPrincipal user, [EnumeratorCancellation] CancellationToken ct)
    {
        using var subscription = events.Subscribe(); // first, so that nothing is missed between reading and listening
        var (person, checkedAt) = (user.ToPerson(), time.GetTimestamp());
        LogPlace? after = null;
        RunRow? told = null;
        while (await sight.RunAsync(person, run.Id, ct) is { } now)
        {
            while (await sight.LogAsync(person, run.Id, after, MostPieces, ct) is { Count: > 0 } pieces)
            {
                foreach (var piece in pieces)
                    yield return new SseItem<object>(new LogPieceDto(piece.Command, piece.Offset, piece.Text, piece.At), "output");
                after = pieces[^1].Place;
            }

            if (told != now)
                yield return new SseItem<object>(RunDto.Of(told = now), "run");
            if (now.EndedAt is not null)
                yield break;
            await HearAsync(subscription, run.Id, ct);
            if (time.GetElapsedTime(checkedAt) < CheckPeriod)
                continue;
            if (await principals.CurrentAsync(user, ct) is not { } current || !current.ToPerson().May(Permission.JobsRead))
                yield break; // the account or token is not good any more
            (person, checkedAt) = (current.ToPerson(), time.GetTimestamp());
        }
    }

    // Until something is said of the run, or for a moment: events of another portal may not come through.
    private static async Task HearAsync(PortalEvents.Subscription subscription, Guid run, CancellationToken ct)
    {
        using var nap = CancellationTokenSource.CreateLinkedTokenSource(ct);
        nap.CancelAfter(Nap);
        try
        {
            while (await subscription.Reader.ReadAsync(nap.Token) is not PortalEvent.HostProgressed progressed || progressed.RunId != run)
            {
                // Somebody else's.
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Look again.
        }
    }
}
