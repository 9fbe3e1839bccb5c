using System.Diagnostics.CodeAnalysis;

namespace LinboPortal.Core.Hosts;

/// <summary>
/// Which hosts are meant: some by name, those of rooms or groups, those that a search or a saved one finds, or all of a school. <see cref="ToString"/> is the text
/// that <see cref="TryParse"/> reads.
/// </summary>
public abstract record HostSelector
{
    // The last three say how a list is drawn, not what is in it.
    private static readonly HashSet<string> Known = ["search", "state", "room", "group", "school", "sort", "desc", "page"];

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
    /// <param name="School">Of this school only.</param>
    public sealed record Search(string Words, HostState? State = null, string? Room = null, string? Group = null, string? School = null) : HostSelector
    {
        /// <summary>The search as it stands behind the question mark in the address of the host list; empty for one that asks for nothing.</summary>
        public string ToQuery()
        {
            (string Key, string? Value)[] parts =
                [("search", Words), ("state", State?.ToString().ToLowerInvariant()), ("room", Room), ("group", Group), ("school", School)];
            return string.Join('&', parts.Where(p => !string.IsNullOrEmpty(p.Value)).Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value!)}"));
        }
    }

    /// <summary>The hosts that a search finds at the time which somebody saved under this name.</summary>
    public sealed record Saved(string Name) : HostSelector;

    /// <summary>
    /// Reads <c>all</c>, <c>school:NAME</c>, <c>room:A,B</c>, <c>group:A,B</c> or <c>host:A,B</c>; bare names are hosts. A search is
    /// <c>search:words</c>, or what stands behind the question mark in the address of the host list: <c>search:room=r101&amp;state=off</c>;
    /// <c>saved:NAME</c> is one that was saved, its name whole.
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

        if (word == "saved")
        {
            selector = s[(colon + 1)..].Trim() is { Length: > 0 } name && !name.Any(char.IsControl) ? new Saved(name) : null;
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
        Saved(var name) => $"saved:{name}",
        _ => throw new InvalidOperationException("Unknown selector."),
    };

    private static Search? ReadSearch(string text)
    {
        // No name has them, and PostgreSQL takes no NUL.
        if (Uri.UnescapeDataString(text).Any(char.IsControl))
            return null;
        if (!text.Contains('='))
            return text.Length == 0 ? null : new Search(text);
        var parts = text.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2))
            .Where(p => p.Length == 2).GroupBy(p => p[0].ToLowerInvariant()).ToDictionary(g => g.Key, g => Uri.UnescapeDataString(g.First()[1].Replace('+', ' ')).Trim());
        // A word that is misspelt must not mean more PCs than the person thought of.
        if (!parts.Keys.All(Known.Contains))
            return null;
        HostState? state = null;
        if (Of("state") is { } name)
        {
            if (!Enum.TryParse<HostState>(name, ignoreCase: true, out var known) || !Enum.IsDefined(known))
                return null;
            state = known;
        }

        var search = new Search(Of("search") ?? "", state, Of("room"), Of("group"), Of("school"));
        return search == new Search("") ? null : search;

        string? Of(string key) => parts.GetValueOrDefault(key) is { Length: > 0 } value ? value : null;
    }

    private static string Write(Search search) =>
        search == new Search(search.Words) && !search.Words.Contains('=') ? search.Words : search.ToQuery();
}
