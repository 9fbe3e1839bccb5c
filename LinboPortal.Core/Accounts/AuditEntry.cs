namespace LinboPortal.Core.Accounts;

/// <summary>One change made by a person or token, written in the transaction that made it.</summary>
public sealed class AuditEntry
{
    /// <summary>Key, UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>When (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>User name.</summary>
    public required string Person { get; init; }

    /// <summary>What, as <c>noun.verb</c>: <c>host.update</c>, <c>group.restore</c>.</summary>
    public required string Action { get; init; }

    /// <summary>To whom: the host's, group's or account's name.</summary>
    public required string Subject { get; init; }

    /// <summary>What changed, as JSON; never a secret.</summary>
    public string? Details { get; init; }
}
