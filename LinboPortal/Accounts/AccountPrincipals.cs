using System.Security.Claims;
using LinboPortal.Core.Accounts;
using LinboPortal.Infrastructure.Accounts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Accounts;

/// <summary>
/// What an account may do right now, as claims. A cookie or token only says who somebody is; the rest is read anew at each request, so that
/// a changed role or a deleted account counts at once.
/// </summary>
internal sealed class AccountPrincipals(IDbContextFactory<PortalDb> databases)
{
    /// <summary>Changes with the password; older cookies and tokens end with it.</summary>
    public const string StampType = "stamp";

    /// <summary>The key of the account behind a principal.</summary>
    public static Guid? IdOf(ClaimsPrincipal principal) =>
        Guid.TryParse(principal.FindFirst(ClaimTypes.NameIdentifier)?.Value, out var id) ? id : null;

    /// <summary>The same account with today's permissions; null where it is deleted, disabled, or has another password by now.</summary>
    public async Task<ClaimsPrincipal?> CurrentAsync(ClaimsPrincipal claimed, CancellationToken ct)
    {
        if (IdOf(claimed) is not { } id || claimed.FindFirst(StampType)?.Value is not { } stamp)
            return null;
        await using var db = await databases.CreateDbContextAsync(ct);
        var account = await db.Users.Include(a => a.Rooms).SingleOrDefaultAsync(a => a.Id == id, ct);
        return account is null || account.SecurityStamp != stamp || account.IsDisabled()
            ? null
            : Create(account, claimed.Identity!.AuthenticationType!);
    }

    /// <summary>All claims of an account whose rooms are loaded.</summary>
    public static ClaimsPrincipal Create(Account account, string scheme)
    {
        List<Claim> claims =
        [
            new(ClaimTypes.NameIdentifier, account.Id.ToString()),
            new(ClaimTypes.Name, account.UserName!),
            new(StampType, account.SecurityStamp!),
            .. Permission.Of(account.Role).Select(p => new Claim(PersonClaims.PermissionType, p)),
        ];
        if (account.Role is Role.Teacher)
            claims.AddRange(account.Rooms.Select(r => new Claim(PersonClaims.RoomType, r.RoomId.ToString())));
        else
            claims.Add(new Claim(PersonClaims.RoomType, PersonClaims.AllRooms));
        return new ClaimsPrincipal(new ClaimsIdentity(claims, scheme));
    }

    /// <summary>Only who it is: what a cookie or token carries.</summary>
    public static ClaimsPrincipal Identify(Account account, string scheme) => new(new ClaimsIdentity(
    [
        new Claim(ClaimTypes.NameIdentifier, account.Id.ToString()),
        new Claim(ClaimTypes.Name, account.UserName!),
        new Claim(StampType, account.SecurityStamp!),
    ], scheme));
}
