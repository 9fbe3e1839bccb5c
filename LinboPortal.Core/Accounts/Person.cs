namespace LinboPortal.Core.Accounts;

/// <summary>Who acts: a signed-in account, a token, or the portal itself; with the part of the school that is visible to it.</summary>
/// <param name="UserName">For the audit trail.</param>
/// <param name="Permissions">What it may do.</param>
/// <param name="Scope">What it may see.</param>
public sealed record Person(string UserName, IReadOnlySet<string> Permissions, Scope Scope)
{
    /// <summary>
    /// Ends with the session that this person came from. Pages and dialogs hold a person for hours: once it has ended, whoever still holds it may
    /// do nothing and sees nothing. Null where nothing outlives the request.
    /// </summary>
    public SessionStanding? Standing { get; init; }

    /// <summary>What it may see; nothing once the session has ended.</summary>
    public Scope Scope { get => Standing is { HasEnded: true } ? Scope.Nothing : field; init; } = Scope;

    /// <summary>The portal itself: background services and the command line of the machine's administrator.</summary>
    public static Person Portal { get; } = new("portal", Permission.All.ToHashSet(), Scope.Everything);

    /// <summary>True where the permission is held and the session has not ended.</summary>
    public bool May(string permission) => Standing is not { HasEnded: true } && Permissions.Contains(permission);
}

/// <summary>Whether a session still holds. It can only end, and does so for all who share it at once.</summary>
public sealed class SessionStanding
{
    private volatile bool hasEnded;

    /// <summary>True once the person signed out, lost the account, or lost rights.</summary>
    public bool HasEnded => hasEnded;

    /// <summary>Ends it for good.</summary>
    public void End() => hasEnded = true;
}

/// <summary>The hosts that a person may see.</summary>
public abstract record Scope
{
    private Scope()
    {
    }

    /// <summary>Everything of every school.</summary>
    public static Scope Everything { get; } = new All();

    /// <summary>No host at all.</summary>
    public static Scope Nothing { get; } = new Rooms(new HashSet<Guid>());

    /// <summary>Everything.</summary>
    public sealed record All : Scope;

    /// <summary>The hosts in these rooms (keys of <see cref="Hosts.Room"/>).</summary>
    public sealed record Rooms(IReadOnlySet<Guid> RoomIds) : Scope;
}
