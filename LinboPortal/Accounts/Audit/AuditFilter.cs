namespace LinboPortal.Accounts.Audit;

/// <summary>Which entries of the audit log are wanted; null is no filter.</summary>
internal sealed record AuditFilter
{
    /// <summary>Words that an entry must all show: in person, object, sentence or details.</summary>
    public string? Search { get; init; }

    /// <summary>Part of the person, of the action's name or of the object.</summary>
    public string? Anywhere { get; init; }

    /// <summary>User name.</summary>
    public string? Person { get; init; }

    /// <summary>Not before this time.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Part of the object's name.</summary>
    public string? Subject { get; init; }

    /// <summary>Name of the action, as <c>host.update</c>, or its noun alone.</summary>
    public string? Action { get; init; }

    /// <summary>True where anything is filtered.</summary>
    public bool IsSet => this != new AuditFilter();
}
