using System.Diagnostics.CodeAnalysis;

namespace LinboPortal.Core.Hosts;

/// <summary>Which hosts are meant: some by name, those of rooms or groups, or all of a school.</summary>
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

    /// <summary>
    /// Reads <c>all</c>, <c>school:NAME</c>, <c>room:A,B</c>, <c>group:A,B</c> or <c>host:A,B</c>; bare names are hosts.
    /// </summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out HostSelector? selector)
    {
        selector = null;
        var s = text?.Trim() ?? "";
        var colon = s.IndexOf(':');
        var word = colon < 0 ? "host" : s[..colon].ToLowerInvariant();
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
}
