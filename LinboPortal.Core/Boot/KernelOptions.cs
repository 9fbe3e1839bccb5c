using System.Collections.Immutable;

namespace LinboPortal.Core.Boot;

/// <summary>
/// Kernel parameters of a LINBO client (linbo.md 2.4), in order. Note that the client overrides <c>server=</c> with DHCP's server
/// identifier (option 54) as soon as DHCP tells it a group: the parameter alone does not lead a client to another server.
/// </summary>
public sealed record KernelOptions
{
    private KernelOptions(ImmutableArray<string> words) => Words = words;

    /// <summary>No parameters.</summary>
    public static KernelOptions None { get; } = new([]);

    /// <summary>The parameters as written.</summary>
    public ImmutableArray<string> Words { get; }

    /// <summary>Names that stand more than once.</summary>
    public IEnumerable<string> Repeated => Words.GroupBy(Name, StringComparer.Ordinal).Where(g => g.Count() > 1 && g.Key != "console").Select(g => g.Key);

    /// <summary>Reads parameters separated by blanks.</summary>
    public static KernelOptions Parse(string? text) =>
        string.IsNullOrWhiteSpace(text) ? None : new([.. text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)]);

    /// <summary>True where the parameter stands there, with or without a value.</summary>
    public bool Has(string name) => Words.Any(w => Name(w) == name);

    /// <summary>The value behind <c>name=</c>, the last one where it is repeated; null without one.</summary>
    public string? Value(string name) =>
        Words.LastOrDefault(w => Name(w) == name && w.Contains('=', StringComparison.Ordinal)) is { } word ? word[(name.Length + 1)..] : null;

    /// <summary>Adds parameters; one with the name of an existing one replaces it in its place.</summary>
    public KernelOptions Merge(KernelOptions more)
    {
        var words = Words.ToBuilder();
        foreach (var word in more.Words)
        {
            var at = words.FindIndex(w => Name(w) == Name(word));
            if (at >= 0 && Name(word) != "console")
                words[at] = word;
            else if (!words.Contains(word))
                words.Add(word);
        }

        return new KernelOptions(words.ToImmutable());
    }

    /// <summary>The parameters separated by one blank.</summary>
    public override string ToString() => string.Join(' ', Words);

    /// <summary>Two are equal when they write the same text.</summary>
    public bool Equals(KernelOptions? other) => other is not null && Words.SequenceEqual(other.Words);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    private static string Name(string word) => word.IndexOf('=', StringComparison.Ordinal) is >= 0 and var i ? word[..i] : word;
}

/// <summary>Search for builders, which have none of their own by condition.</summary>
file static class BuilderExtensions
{
    public static int FindIndex(this ImmutableArray<string>.Builder words, Func<string, bool> matches)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (matches(words[i]))
                return i;
        }

        return -1;
    }
}
