using LinboPortal.Core.Accounts;
using LinboPortal.Core.Hosts;
using Microsoft.AspNetCore.Identity;

namespace LinboPortal.Infrastructure.Accounts;

/// <summary>A local account: ASP.NET Core Identity's user with the portal's role and scope.</summary>
public sealed class Account : IdentityUser<Guid>
{
    /// <summary>What it may do.</summary>
    public Role Role { get; set; }

    /// <summary>The rooms of a teacher; without meaning for other roles.</summary>
    public List<AccountRoom> Rooms { get; init; } = [];
}

/// <summary>One room of a teacher's scope.</summary>
public sealed class AccountRoom
{
    /// <summary>Key of the account.</summary>
    public required Guid AccountId { get; init; }

    /// <summary>Key of the room.</summary>
    public required Guid RoomId { get; init; }

    /// <summary>The room.</summary>
    public Room? Room { get; init; }
}
