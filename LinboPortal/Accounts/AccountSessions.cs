using LinboPortal.Infrastructure.Accounts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LinboPortal.Accounts;

/// <summary>A signed-in browser as its owner sees it.</summary>
/// <param name="Id">Key.</param>
/// <param name="CreatedAt">When it was signed in.</param>
/// <param name="SeenAt">When something was last done with it.</param>
/// <param name="Address">Where it was signed in from.</param>
/// <param name="Browser">What the browser calls itself.</param>
/// <param name="IsCurrent">True for the browser that asks.</param>
public sealed record SessionRow(Guid Id, DateTimeOffset CreatedAt, DateTimeOffset SeenAt, string Address, string Browser, bool IsCurrent);

/// <summary>The browsers that are signed in: begun at sign-in, ended at sign-out, by their owner, or when a lifetime is over.</summary>
internal sealed class AccountSessions(IDbContextFactory<PortalDb> databases, AccountNews news, IOptions<AccountsOptions> options, TimeProvider time)
{
    private const int LongestBrowser = 120;

    /// <summary>How exactly the last activity is kept: a write a minute is enough.</summary>
    private static readonly TimeSpan SeenPeriod = TimeSpan.FromMinutes(1);

    /// <summary>True while neither lifetime is over.</summary>
    public bool IsAlive(AccountSession session)
    {
        var now = time.GetUtcNow();
        return session.SeenAt + options.Value.SessionLifetime > now && session.CreatedAt + options.Value.SessionMaximum > now;
    }

    /// <summary>Begins a session, and deletes those of the account whose time is over.</summary>
    public async Task<AccountSession> BeginAsync(Account account, HttpContext http, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var session = new AccountSession
        {
            AccountId = account.Id,
            CreatedAt = now,
            SeenAt = now,
            Address = http.Connection.RemoteIpAddress?.ToString() ?? "",
            Browser = Shorten(http.Request.Headers.UserAgent.ToString()),
        };
        await using var db = await databases.CreateDbContextAsync(ct);
        var (idle, oldest) = (now - options.Value.SessionLifetime, now - options.Value.SessionMaximum);
        await db.AccountSessions.Where(s => s.AccountId == account.Id && (s.SeenAt < idle || s.CreatedAt < oldest)).ExecuteDeleteAsync(ct);
        db.AccountSessions.Add(session);
        await db.SaveChangesAsync(ct);
        return session;
    }

    /// <summary>Notes that the person does something, at most once a minute.</summary>
    /// <param name="session">Key.</param>
    /// <param name="seenAt">The last activity as far as the caller knows.</param>
    /// <returns>The last activity that is kept.</returns>
    public async Task<DateTimeOffset> NoteActivityAsync(Guid session, DateTimeOffset seenAt, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (now - seenAt < SeenPeriod)
            return seenAt;
        await using var db = await databases.CreateDbContextAsync(ct);
        await db.AccountSessions.Where(s => s.Id == session).ExecuteUpdateAsync(s => s.SetProperty(r => r.SeenAt, now), ct);
        return now;
    }

    /// <summary>The living sessions of an account, the last used first.</summary>
    public async Task<IReadOnlyList<SessionRow>> ListAsync(Guid account, Guid? current, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var sessions = await db.AccountSessions.Where(s => s.AccountId == account).OrderByDescending(s => s.SeenAt).ToListAsync(ct);
        return [.. sessions.Where(IsAlive).Select(s => new SessionRow(s.Id, s.CreatedAt, s.SeenAt, s.Address, s.Browser, s.Id == current))];
    }

    /// <summary>Ends one session of an account, in all of its tabs; false where there is none.</summary>
    public async Task<bool> EndAsync(Guid account, Guid session, CancellationToken ct) =>
        await EndAsync(account, s => s.Where(r => r.Id == session), ct) > 0;

    /// <summary>Ends all sessions of an account but one.</summary>
    /// <returns>How many were ended.</returns>
    public Task<int> EndOthersAsync(Guid account, Guid? kept, CancellationToken ct) => EndAsync(account, s => s.Where(r => r.Id != kept), ct);

    private async Task<int> EndAsync(Guid account, Func<IQueryable<AccountSession>, IQueryable<AccountSession>> which, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var ended = await which(db.AccountSessions.Where(s => s.AccountId == account)).ExecuteDeleteAsync(ct);
        if (ended > 0)
            news.Tell(account);
        return ended;
    }

    // What a client sends is shown to people: no control characters, and not longer than a line.
    private static string Shorten(string browser) => new([.. browser.Take(LongestBrowser).Where(c => !char.IsControl(c))]);
}
