using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;

namespace LinboPortal.Jobs;

/// <summary>What a PC of a job printed.</summary>
internal sealed record JobOutputDto(string Host, int Command, long Offset, string Text);

/// <summary>A job live: where each of its PCs stands, what they print, and in the end the job itself.</summary>
internal sealed class JobStream(JobSight sight, PortalEvents events, AccountPrincipals principals, TimeProvider time)
{
    private const int Backlog = 8192;
    private const int MostPieces = 500;
    private static readonly TimeSpan Nap = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(30);

    /// <summary>Follows a job as far as the account sees it, until it ends.</summary>
    public async IAsyncEnumerable<SseItem<object>> FollowAsync(Guid job, ClaimsPrincipal user, [EnumeratorCancellation] CancellationToken ct)
    {
        using var subscription = events.Subscribe(Backlog); // first, so that nothing is missed between reading and listening
        var (person, checkedAt) = (user.ToPerson(), time.GetTimestamp());
        var told = new Dictionary<Guid, RunRow>();
        var places = new Dictionary<Guid, LogPlace>();
        while (await sight.FindAsync(person, job.ToString(), ct) is { } view)
        {
            foreach (var run in await sight.RunsAsync(person, job, null, 0, int.MaxValue, ct))
            {
                if (told.GetValueOrDefault(run.Id) == run)
                    continue;
                told[run.Id] = run;
                await foreach (var piece in NewAsync(person, run, places, ct))
                    yield return new SseItem<object>(piece, "output");
                yield return new SseItem<object>(RunDto.Of(run), "run");
            }

            if (view.Job.EndedAt is not null)
            {
                yield return new SseItem<object>(JobDto.Of(view.Job), "job");
                yield break;
            }

            await HearAsync(subscription, job, ct);
            if (time.GetElapsedTime(checkedAt) < CheckPeriod)
                continue;
            if (await principals.CurrentAsync(user, ct) is not { } current || !current.ToPerson().May(Permission.JobsRead))
                yield break; // the account or token is not good any more
            (person, checkedAt) = (current.ToPerson(), time.GetTimestamp());
        }
    }

    private async IAsyncEnumerable<JobOutputDto> NewAsync(
        Person person, RunRow run, Dictionary<Guid, LogPlace> places, [EnumeratorCancellation] CancellationToken ct)
    {
        while (run.Command > 0 && await sight.LogAsync(person, run.Id, places.GetValueOrDefault(run.Id), MostPieces, ct) is { Count: > 0 } pieces)
        {
            foreach (var piece in pieces)
                yield return new JobOutputDto(run.Host, piece.Command, piece.Offset, piece.Text);
            places[run.Id] = pieces[^1].Place;
        }
    }

    // Until something is said of the job, then a moment for what comes along with it.
    private async Task HearAsync(PortalEvents.Subscription subscription, Guid job, CancellationToken ct)
    {
        using var nap = new CancellationTokenSource(Nap, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, nap.Token);
        try
        {
            while (!IsOf(await subscription.Reader.ReadAsync(both.Token), job))
            {
                // Somebody else's.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), time, ct);
            while (subscription.Reader.TryRead(out _))
            {
                // Read from the rows in the next round.
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Look again.
        }
    }

    private static bool IsOf(PortalEvent portalEvent, Guid job) => portalEvent switch
    {
        PortalEvent.HostProgressed e => e.JobId == job,
        PortalEvent.JobCompleted e => e.JobId == job,
        _ => false,
    };
}
