using LinboPortal.Core.Accounts;

namespace LinboPortal.Accounts;

/// <summary>A room by key and name.</summary>
public sealed record RoomName(Guid Id, string Name);

/// <summary>An account as lists show it.</summary>
/// <param name="Id">Key.</param>
/// <param name="UserName">Name to sign in with.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Rooms">The rooms of a teacher.</param>
/// <param name="Disabled">No sign-in until an administrator enables it.</param>
/// <param name="LockedUntil">Too many wrong passwords; null where it is not locked.</param>
/// <param name="Version">Sent back with a change, so that nobody overwrites what another has just done.</param>
public sealed record AccountRow(
    Guid Id, string UserName, Role Role, IReadOnlyList<RoomName> Rooms, bool Disabled, DateTimeOffset? LockedUntil, string Version);

/// <summary>What an administrator can decide about an account.</summary>
internal sealed record AccountDraft(Role Role, IReadOnlyCollection<Guid> Rooms, bool Disabled);

/// <summary>How a change of an account ended.</summary>
internal abstract record AccountOutcome
{
    private AccountOutcome()
    {
    }

    /// <summary>It is done.</summary>
    internal sealed record Done(Guid Id) : AccountOutcome;

    /// <summary>There is no such account.</summary>
    internal sealed record NotFound : AccountOutcome;

    /// <summary>Somebody else has changed it meanwhile.</summary>
    internal sealed record Conflict : AccountOutcome;

    /// <summary>Nobody would be left who could change anything.</summary>
    internal sealed record LastAdministrator : AccountOutcome;

    /// <summary>A field is wrong; <paramref name="Code"/> is Identity's word for it, or <c>UnknownRoom</c>.</summary>
    internal sealed record Invalid(string Field, string Code, string Description) : AccountOutcome;
}
