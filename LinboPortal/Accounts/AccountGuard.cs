using LinboPortal.Core.Accounts;
using Microsoft.AspNetCore.Authentication;

namespace LinboPortal.Accounts;

/// <summary>Ends a long-lived connection when whoever opened it may not have it any more: its account, its permissions, its token.</summary>
internal sealed class AccountGuard(SessionWatch watch, TimeProvider time)
{
    /// <summary>Watches until <paramref name="ending"/> is cancelled, and cancels it when the connection must end.</summary>
    /// <param name="http">The request that opened it.</param>
    /// <param name="mayStay">Told who it is by now; says whether that is enough.</param>
    /// <param name="ending">Ends the connection.</param>
    /// <returns>False where the account, its permissions or its token are not good any more.</returns>
    public async Task<bool> WatchAsync(HttpContext http, Func<Person, bool> mayStay, CancellationTokenSource ending)
    {
        var expires = http.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc;
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
        using var following = watch.Follow(http.User, now => now is null || !mayStay(now.ToPerson()) ? lost.CancelAsync() : Task.CompletedTask);
        try
        {
            await Task.Delay(Until(expires), time, lost.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            // The account, its rights or its session are gone.
        }

        await ending.CancelAsync();
        return false;
    }

    private TimeSpan Until(DateTimeOffset? expires)
    {
        if (expires is not { } end)
            return Timeout.InfiniteTimeSpan;
        var left = end - time.GetUtcNow();
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
