using System.Collections.Concurrent;
using System.Security.Claims;
using LinboPortal.Api;

namespace LinboPortal.Accounts;

/// <summary>
/// Looks every few seconds whether those who hold a page or a socket open still may: one query for all of them. What this portal changes itself
/// counts at once; what another portal changed, at the next look.
/// </summary>
internal sealed partial class SessionWatch(AccountPrincipals principals, AccountNews news, ILogger<SessionWatch> log) : BackgroundService
{
    /// <summary>How long a lost right can still be used on another portal.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<Follower, byte> followers = [];
    private readonly SemaphoreSlim changed = new(0);

    /// <summary>Tells of every change of the person until it is disposed.</summary>
    /// <param name="user">Who it is now.</param>
    /// <param name="onChange">Gets the person's claims of today; null for one that is nobody any more. Called one at a time.</param>
    public IDisposable Follow(ClaimsPrincipal user, Func<ClaimsPrincipal?, Task> onChange) => new Follower(this, user, onChange);

    /// <summary>Looks now, at all of them or at one account's.</summary>
    public async Task LookAsync(Guid? account, CancellationToken ct)
    {
        var looked = followers.Keys.Where(f => account is null || AccountPrincipals.IdOf(f.User) == account).ToList();
        if (looked is [])
            return;
        var now = await principals.CurrentAsync([.. looked.Select(f => f.User)], ct);
        for (var i = 0; i < looked.Count; i++)
            await looked[i].ApplyAsync(now[i]);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        news.Changed += Wake;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await changed.WaitAsync(Period, stoppingToken);
                await TryLookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The portal stops.
        }
        finally
        {
            news.Changed -= Wake;
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        changed.Dispose();
    }

    private void Wake(Guid account) => changed.Release();

    private async Task TryLookAsync(CancellationToken ct)
    {
        try
        {
            await LookAsync(null, ct);
        }
        catch (Exception e) when (DatabaseGone.Explains(e))
        {
            // Who is connected stays while the database is away; nobody can change an account then.
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Could not check the accounts of open pages")]
    private partial void LogFailed(Exception exception);

    private sealed class Follower : IDisposable
    {
        private readonly SessionWatch watch;
        private readonly Func<ClaimsPrincipal?, Task> onChange;
        private readonly SemaphoreSlim turn = new(1);
        private bool isNobody;

        public Follower(SessionWatch watch, ClaimsPrincipal user, Func<ClaimsPrincipal?, Task> onChange)
        {
            (this.watch, this.onChange, User) = (watch, onChange, user);
            watch.followers.TryAdd(this, 0);
        }

        public ClaimsPrincipal User { get; private set; }

        public async Task ApplyAsync(ClaimsPrincipal? now)
        {
            await turn.WaitAsync();
            try
            {
                if (isNobody || (now is not null && SameClaims(User, now)))
                    return;
                isNobody = now is null;
                User = now ?? User;
                await onChange(now);
            }
            catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException)
            {
                // The page or socket was closed meanwhile.
            }
            finally
            {
                turn.Release();
            }
        }

        public void Dispose() => watch.followers.TryRemove(this, out _);

        private static bool SameClaims(ClaimsPrincipal left, ClaimsPrincipal right) =>
            left.Claims.Select(c => (c.Type, c.Value)).ToHashSet().SetEquals(right.Claims.Select(c => (c.Type, c.Value)));
    }
}
