using LinboPortal.Core.Accounts;

namespace LinboPortal.Dashboard;

/// <summary>Something that waits for a person: what is wrong, and the page on which it is settled.</summary>
/// <param name="Key">
/// What it is about and, where it can happen again, when: <c>job:4711</c>, <c>boots:638…</c>. Somebody who has seen it is not shown the same key again.
/// At most <see cref="LongestKey"/> characters.
/// </param>
/// <param name="Title">What is wrong, as a sentence without its end.</param>
/// <param name="Why">Why, and what helps; empty for none.</param>
/// <param name="Href">Where it is settled.</param>
/// <param name="Action">What the button says.</param>
/// <param name="Permission">Who may follow the button; the line itself is shown without it.</param>
public sealed record AttentionItem(string Key, string Title, string Why, string Href, string Action, string Permission)
{
    /// <summary>Length of the longest key.</summary>
    public const int LongestKey = 200;

    /// <summary>True for what does not work, false for what should be looked at.</summary>
    public bool IsBroken { get; init; }

    /// <summary>When it happened; null for what is so now.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The health check whose line is left out because this one says more; null for none.</summary>
    public string? InsteadOf { get; init; }
}

/// <summary>Finds what waits for a person in one part of the portal. Each is asked for itself: one that fails hides no other.</summary>
internal interface IAttentionSource
{
    /// <summary>The lines that the person may see, the most urgent first; texts in the current language.</summary>
    Task<IReadOnlyList<AttentionItem>> ReadAsync(Person person, CancellationToken ct);
}
