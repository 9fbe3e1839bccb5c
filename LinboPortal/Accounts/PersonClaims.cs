using System.Security.Claims;
using LinboPortal.Core.Accounts;

namespace LinboPortal.Accounts;

/// <summary>How a <see cref="Person"/> travels in the claims of a cookie, a token or a circuit.</summary>
internal static class PersonClaims
{
    /// <summary>One claim a permission.</summary>
    public const string PermissionType = "permission";

    /// <summary>One claim a room; the value <see cref="AllRooms"/> stands for everything.</summary>
    public const string RoomType = "room";

    /// <summary>Value of <see cref="RoomType"/> for a scope without limit.</summary>
    public const string AllRooms = "*";

    /// <summary>The person behind a principal; may nothing and sees nothing where nobody is signed in.</summary>
    public static Person ToPerson(this ClaimsPrincipal principal)
    {
        var rooms = principal.FindAll(RoomType).Select(c => c.Value).ToHashSet();
        Scope scope = rooms.Contains(AllRooms)
            ? Scope.Everything
            : new Scope.Rooms(rooms.Where(r => Guid.TryParse(r, out _)).Select(Guid.Parse).ToHashSet());
        return new Person(principal.Identity?.Name ?? "anonymous", principal.FindAll(PermissionType).Select(c => c.Value).ToHashSet(), scope)
        {
            Standing = (principal as CircuitPrincipal)?.Standing,
        };
    }
}
