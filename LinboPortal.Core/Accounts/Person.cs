namespace LinboPortal.Core.Accounts;

/// <summary>Who acts: a signed-in account, a token, or the portal itself; with the part of the school that is visible to it.</summary>
/// <param name="UserName">For the audit trail.</param>
/// <param name="Permissions">What it may do.</param>
/// <param name="Scope">What it may see.</param>
public sealed record Person(string UserName, IReadOnlySet<string> Permissions, Scope Scope)
{
    /// <summary>The portal itself: background services and the command line of the machine's administrator.</summary>
    public static Person Portal { get; } = new("portal", Permission.All.ToHashSet(), Scope.Everything);

    /// <summary>True where the permission is held.</summary>
    public bool May(string permission) => Permissions.Contains(permission);
}

/// <summary>The hosts that a person may see.</summary>
public abstract record Scope
{
    private Scope()
    {
    }

    /// <summary>Everything of every school.</summary>
    public static Scope Everything { get; } = new All();

    /// <summary>Everything.</summary>
    public sealed record All : Scope;

    /// <summary>The hosts in these rooms (keys of <see cref="Hosts.Room"/>).</summary>
    public sealed record Rooms(IReadOnlySet<Guid> RoomIds) : Scope;
}
