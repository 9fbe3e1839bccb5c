using System.Security.Claims;
using LinboPortal.Core.Accounts;
using LinboPortal.Infrastructure.Accounts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Accounts;

/// <summary>
/// What an account may do right now, as claims. A cookie or token only says who somebody is; the rest is read anew at each request, so that
/// a changed role, a deleted account or an ended session counts at once.
/// </summary>
internal sealed class AccountPrincipals(IDbContextFactory<PortalDb> databases, AccountSessions sessions)
{
    /// <summary>Changes with the password; older cookies and tokens end with it.</summary>
    public const string StampType = "stamp";

    /// <summary>Key of the browser's session; tokens have none.</summary>
    public const string SessionType = "session";

    /// <summary>The key of the account behind a principal.</summary>
    public static Guid? IdOf(ClaimsPrincipal principal) =>
        Guid.TryParse(principal.FindFirst(ClaimTypes.NameIdentifier)?.Value, out var id) ? id : null;

    /// <summary>The key of the session behind a principal; null for a token.</summary>
    public static Guid? SessionOf(ClaimsPrincipal principal) =>
        Guid.TryParse(principal.FindFirst(SessionType)?.Value, out var id) ? id : null;

    /// <summary>The same account with today's permissions; null where it is deleted, disabled, signed out, or has another password by now.</summary>
    public async Task<ClaimsPrincipal?> CurrentAsync(ClaimsPrincipal claimed, CancellationToken ct) => (await CurrentAsync([claimed], ct))[0];

    /// <summary>As the other one for many at once, in their order, with two queries.</summary>
    public async Task<IReadOnlyList<ClaimsPrincipal?>> CurrentAsync(IReadOnlyList<ClaimsPrincipal> claimed, CancellationToken ct)
    {
        var ids = claimed.Select(IdOf).OfType<Guid>().Distinct().ToList();
        var keys = claimed.Select(SessionOf).OfType<Guid>().Distinct().ToList();
        await using var db = await databases.CreateDbContextAsync(ct);
        var accounts = await db.Users.Include(a => a.Rooms).Where(a => ids.Contains(a.Id)).ToDictionaryAsync(a => a.Id, ct);
        var open = keys is [] ? [] : await db.AccountSessions.Where(s => keys.Contains(s.Id)).ToDictionaryAsync(s => s.Id, ct);
        return [.. claimed.Select(c => Current(c, accounts, open))];
    }

    /// <summary>Notes that the person behind a principal does something.</summary>
    public async Task NoteActivityAsync(ClaimsPrincipal current, CancellationToken ct)
    {
        if (current is SignedInPrincipal { Session: { } session })
            await sessions.NoteActivityAsync(session.Id, session.SeenAt, ct);
    }

    /// <summary>All claims of an account whose rooms are loaded.</summary>
    public static ClaimsPrincipal Create(Account account, string scheme, AccountSession? session = null)
    {
        List<Claim> claims =
        [
            .. Identity(account, session),
            .. Permission.Of(account.Role).Select(p => new Claim(PersonClaims.PermissionType, p)),
        ];
        if (account.Role is Role.Teacher)
            claims.AddRange(account.Rooms.Select(r => new Claim(PersonClaims.RoomType, r.RoomId.ToString())));
        else
            claims.Add(new Claim(PersonClaims.RoomType, PersonClaims.AllRooms));
        return new SignedInPrincipal(new ClaimsIdentity(claims, scheme), session);
    }

    /// <summary>Only who it is: what a cookie or token carries.</summary>
    public static ClaimsPrincipal Identify(Account account, string scheme, AccountSession? session = null) =>
        new(new ClaimsIdentity(Identity(account, session), scheme));

    private ClaimsPrincipal? Current(ClaimsPrincipal claimed, Dictionary<Guid, Account> accounts, Dictionary<Guid, AccountSession> open)
    {
        if (IdOf(claimed) is not { } id || !accounts.TryGetValue(id, out var account) || account.IsDisabled()
            || claimed.FindFirst(StampType)?.Value != account.SecurityStamp)
            return null;
        var scheme = claimed.Identity!.AuthenticationType!;
        if (scheme != AccountCookie.Scheme)
            return Create(account, scheme);
        // A cookie without a session is from before there were any, or made up.
        return SessionOf(claimed) is { } key && open.TryGetValue(key, out var session) && session.AccountId == id && sessions.IsAlive(session)
            ? Create(account, scheme, session)
            : null;
    }

    private static IEnumerable<Claim> Identity(Account account, AccountSession? session)
    {
        yield return new Claim(ClaimTypes.NameIdentifier, account.Id.ToString());
        yield return new Claim(ClaimTypes.Name, account.UserName!);
        yield return new Claim(StampType, account.SecurityStamp!);
        if (session is not null)
            yield return new Claim(SessionType, session.Id.ToString());
    }

    private sealed class SignedInPrincipal(ClaimsIdentity identity, AccountSession? session) : ClaimsPrincipal(identity)
    {
        public AccountSession? Session => session;
    }
}
