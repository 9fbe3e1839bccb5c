using System.Diagnostics.CodeAnalysis;

namespace LinboPortal.Core.Images;

/// <summary>
/// Name of an image without an extension; also the name of its directory below <c>images</c> (linbo.md 7). Nothing that passes here can lead
/// out of that directory, be hidden, or look like an option.
/// </summary>
public readonly record struct ImageName
{
    /// <summary>Longest name in characters: with extensions and a temporary name around it, it stays below the file system's 255.</summary>
    public const int MaxLength = 100;

    private ImageName(string value) => Value = value;

    /// <summary>The name.</summary>
    public string Value { get; }

    /// <summary>Reads the name of an image that exists: dots within it, as in <c>ubuntu22.04</c>, are an old custom that is kept.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ImageName name)
    {
        name = default;
        if (text is null or "" || text.Length > MaxLength || !text.All(IsAllowed) || !(char.IsAsciiLetterOrDigit(text[0]) || text[0] == '_'))
            return false;
        // "tmp" is where linuxmuster.net parks replaced images; an ending of LINBO's makes win.qcow2.info mean two things.
        if (text[^1] == '.' || text.Contains("..", StringComparison.Ordinal) || text.Equals("tmp", StringComparison.OrdinalIgnoreCase) || HasEndingOfLinbo(text))
            return false;
        name = new ImageName(text);
        return true;
    }

    /// <summary>Reads a name for something new: letters, digits, <c>_</c> and <c>-</c> only, as LINBO itself makes them.</summary>
    public static bool TryParseNew([NotNullWhen(true)] string? text, out ImageName name) =>
        TryParse(text, out name) && !text.Contains('.', StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.';

    private static bool HasEndingOfLinbo(string text)
    {
        var dot = text.LastIndexOf('.');
        return dot >= 0 && (ImageFileKinds.TryParse(text.AsSpan(dot + 1), out _) || ImageSidecar.Find(text.AsSpan(dot + 1)) is not null
            || text.EndsWith(".bak", StringComparison.OrdinalIgnoreCase));
    }
}
