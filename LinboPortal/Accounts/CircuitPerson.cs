using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace LinboPortal.Accounts;

/// <summary>
/// Who sits at an open page. A circuit lives for hours without a request that would check the account, so it checks by itself: at once when
/// this portal changes the account, and now and then for what another portal did.
/// </summary>
internal sealed partial class CircuitPerson : ServerAuthenticationStateProvider, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private static readonly ClaimsPrincipal Nobody = new(new ClaimsIdentity());

    private readonly AccountPrincipals principals;
    private readonly AccountNews news;
    private readonly ILogger<CircuitPerson> log;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource leaving = new();
    private ITimer? timer;

    public CircuitPerson(AccountPrincipals principals, AccountNews news, TimeProvider time, ILogger<CircuitPerson> log)
    {
        (this.principals, this.news, this.time, this.log) = (principals, news, time, log);
    }

    /// <summary>Begins to check. On a circuit only: a plain page that changes the own password must not lose its person halfway.</summary>
    public void Follow()
    {
        news.Changed += Hear;
        timer ??= time.CreateTimer(_ => Check(null), null, Period, Period);
    }

    public void Dispose()
    {
        news.Changed -= Hear;
        timer?.Dispose();
        leaving.Cancel();
        leaving.Dispose();
    }

    private void Hear(Guid account) => Check(account);

    private void Check(Guid? only) => _ = CheckAsync(only);

    private async Task CheckAsync(Guid? only)
    {
        try
        {
            var user = (await GetAuthenticationStateAsync()).User;
            if (user.Identity is not { IsAuthenticated: true } || (only is not null && AccountPrincipals.IdOf(user) != only))
                return;
            var now = await principals.CurrentAsync(user, leaving.Token) ?? Nobody;
            if (!SameClaims(user, now))
                SetAuthenticationState(Task.FromResult(new AuthenticationState(now)));
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The page was closed.
        }
        catch (Exception e)
        {
            LogFailed(e); // the database is away: the person stays until it says otherwise
        }
    }

    private static bool SameClaims(ClaimsPrincipal left, ClaimsPrincipal right) =>
        left.Claims.Select(c => (c.Type, c.Value)).ToHashSet().SetEquals(right.Claims.Select(c => (c.Type, c.Value)));

    [LoggerMessage(LogLevel.Warning, "Could not check the account of an open page")]
    private partial void LogFailed(Exception exception);
}
