namespace LinboPortal.Infrastructure.Accounts;

/// <summary>
/// What is remembered of sign-ins with a name from an address: how often the password was wrong, and whether it was ever right. Names that do not
/// exist have rows as well, so that nobody can tell them apart.
/// </summary>
public sealed class SignInSource
{
    /// <summary>SHA-256 of the name in capitals: what people type there by mistake may be a password.</summary>
    public required string Name { get; init; }

    /// <summary>The address; of IPv6 its network of 64 bits.</summary>
    public required string Source { get; init; }

    /// <summary>Wrong passwords since the last right one.</summary>
    public int Failures { get; set; }

    /// <summary>The last wrong password (UTC); null for none.</summary>
    public DateTimeOffset? FailedAt { get; set; }

    /// <summary>The last right password (UTC); null where there never was one.</summary>
    public DateTimeOffset? SignedInAt { get; set; }
}
