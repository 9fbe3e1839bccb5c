using System.Security.Claims;
using LinboPortal.Api;
using LinboPortal.Core.Accounts;
using Microsoft.AspNetCore.Authentication;

namespace LinboPortal.Accounts;

/// <summary>Asks again and again whether whoever opened a long-lived connection may still have it: its account, its permissions, its token.</summary>
internal sealed class AccountGuard(AccountPrincipals principals, AccountNews news, TimeProvider time)
{
    private static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(30);

    /// <summary>Watches until <paramref name="ending"/> is cancelled, and cancels it when the connection must end.</summary>
    /// <param name="http">The request that opened it.</param>
    /// <param name="mayStay">Told who it is by now; says whether that is enough.</param>
    /// <param name="ending">Ends the connection.</param>
    /// <returns>False where the account, its permissions or its token are not good any more.</returns>
    public async Task<bool> WatchAsync(HttpContext http, Func<Person, bool> mayStay, CancellationTokenSource ending)
    {
        var (user, account) = (http.User, AccountPrincipals.IdOf(http.User));
        var expires = http.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc;
        using var changed = new SemaphoreSlim(0);
        void Hear(Guid id)
        {
            if (id == account)
                changed.Release();
        }

        news.Changed += Hear;
        try
        {
            while (true)
            {
                await changed.WaitAsync(CheckPeriod, ending.Token);
                if (expires < time.GetUtcNow() || !await MayStayAsync(user, mayStay, ending.Token))
                {
                    await ending.CancelAsync();
                    return false;
                }
            }
        }
        catch (OperationCanceledException)
        {
            return true;
        }
        finally
        {
            news.Changed -= Hear;
        }
    }

    private async Task<bool> MayStayAsync(ClaimsPrincipal user, Func<Person, bool> mayStay, CancellationToken ct)
    {
        try
        {
            return await principals.CurrentAsync(user, ct) is { } now && mayStay(now.ToPerson());
        }
        catch (Exception e) when (DatabaseGone.Explains(e))
        {
            return true; // who is connected stays while the database is away
        }
    }
}
