namespace LinboPortal.Infrastructure.Accounts;

/// <summary>
/// A browser that is signed in. Its cookie names this row: without the row, or once a lifetime is over, the cookie is worth nothing, wherever it was
/// copied to.
/// </summary>
public sealed class AccountSession
{
    /// <summary>Key, UUIDv7; the cookie carries it.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Key of the account.</summary>
    public required Guid AccountId { get; init; }

    /// <summary>When it was signed in (UTC); its absolute lifetime begins here.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the person last did something, to the minute (UTC); its idle lifetime begins here.</summary>
    public required DateTimeOffset SeenAt { get; set; }

    /// <summary>The address that it was signed in from.</summary>
    public required string Address { get; init; }

    /// <summary>What the browser calls itself, shortened.</summary>
    public required string Browser { get; init; }
}
