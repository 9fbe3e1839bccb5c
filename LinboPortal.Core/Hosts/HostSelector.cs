using System.Diagnostics.CodeAnalysis;

namespace LinboPortal.Core.Hosts;

/// <summary>
/// Which hosts are meant: some by name, those of rooms or groups, those that a search finds, or all of a school. <see cref="ToString"/> is the text
/// that <see cref="TryParse"/> reads.
/// </summary>
public abstract record HostSelector
{
    private HostSelector()
    {
    }

    /// <summary>The hosts of these names.</summary>
    public sealed record Hosts(IReadOnlyList<string> Names) : HostSelector;

    /// <summary>The hosts in these rooms.</summary>
    public sealed record Rooms(IReadOnlyList<string> Names) : HostSelector;

    /// <summary>The hosts of these groups.</summary>
    public sealed record Groups(IReadOnlyList<string> Names) : HostSelector;

    /// <summary>All hosts of a school; null for all schools.</summary>
    public sealed record All(string? School) : HostSelector;

    /// <summary>The hosts that a search of the host list finds at the time.</summary>
    /// <param name="Words">Words that must all be found; may be empty where another part is not.</param>
    /// <param name="State">In this state only.</param>
    /// <param name="Room">Of this room only.</param>
    /// <param name="Group">Of this group only; <c>nopxe</c> for hosts without one.</param>
    public sealed record Search(string Words, HostState? State = null, string? Room = null, string? Group = null) : HostSelector;

    /// <summary>
    /// Reads <c>all</c>, <c>school:NAME</c>, <c>room:A,B</c>, <c>group:A,B</c> or <c>host:A,B</c>; bare names are hosts. A search is
    /// <c>search:words</c>, or what stands behind the question mark in the address of the host list: <c>search:room=r101&amp;state=off</c>.
    /// </summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out HostSelector? selector)
    {
        selector = null;
        var s = text?.Trim() ?? "";
        var colon = s.IndexOf(':');
        var word = colon < 0 ? "host" : s[..colon].ToLowerInvariant();
        if (word == "search")
        {
            selector = ReadSearch(s[(colon + 1)..].Trim());
            return selector is not null;
        }

        var names = s[(colon + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        selector = (word, names) switch
        {
            ("host", [var only]) when colon < 0 && only.Equals("all", StringComparison.OrdinalIgnoreCase) => new All(null),
            (_, []) => null,
            ("host", _) => new Hosts(names),
            ("room", _) => new Rooms(names),
            ("group", _) => new Groups(names),
            ("school", [var school]) => new All(school),
            _ => null,
        };
        return selector is not null;
    }

    /// <inheritdoc/>
    public sealed override string ToString() => this switch
    {
        All(null) => "all",
        All(var school) => $"school:{school}",
        Rooms(var names) => $"room:{string.Join(',', names)}",
        Groups(var names) => $"group:{string.Join(',', names)}",
        Hosts(var names) => $"host:{string.Join(',', names)}",
        Search search => $"search:{Write(search)}",
        _ => throw new InvalidOperationException("Unknown selector."),
    };

    private static Search? ReadSearch(string text)
    {
        if (!text.Contains('='))
            return text.Length == 0 ? null : new Search(text);
        var parts = text.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2))
            .Where(p => p.Length == 2).GroupBy(p => p[0].ToLowerInvariant()).ToDictionary(g => g.Key, g => Uri.UnescapeDataString(g.First()[1].Replace('+', ' ')).Trim());
        HostState? state = null;
        if (Of("state") is { } name)
        {
            if (!Enum.TryParse<HostState>(name, ignoreCase: true, out var known) || !Enum.IsDefined(known))
                return null;
            state = known;
        }

        var search = new Search(Of("search") ?? "", state, Of("room"), Of("group"));
        return search == new Search("") ? null : search;

        string? Of(string key) => parts.GetValueOrDefault(key) is { Length: > 0 } value ? value : null;
    }

    private static string Write(Search search)
    {
        if (search == new Search(search.Words) && !search.Words.Contains('='))
            return search.Words;
        (string Key, string? Value)[] parts =
            [("search", search.Words), ("state", search.State?.ToString().ToLowerInvariant()), ("room", search.Room), ("group", search.Group)];
        return string.Join('&', parts.Where(p => !string.IsNullOrEmpty(p.Value)).Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value!)}"));
    }
}
