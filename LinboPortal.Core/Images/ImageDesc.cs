using System.Text;

namespace LinboPortal.Core.Images;

/// <summary>One entry of a description.</summary>
/// <param name="Date">As written; empty where the line has none.</param>
/// <param name="Message">What is said.</param>
public sealed record ImageRemark(string Date, string Message);

/// <summary>A <c>.desc</c> file: free text, newest line first, each <c>&lt;date&gt;: &lt;message&gt;</c>. Clients send it, so it may hold anything.</summary>
public static class ImageDesc
{
    /// <summary>Bytes that are read at most.</summary>
    public const int MaxLength = 256 * 1024;

    private const int LongestDate = 32;

    /// <summary>The text of the bytes; old files are Latin-1.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes) => SidecarText.Read(bytes)?.Text ?? Encoding.Latin1.GetString(bytes);

    /// <summary>The entries, newest first; empty lines count for nothing, control characters are shown as a question mark.</summary>
    public static IReadOnlyList<ImageRemark> Read(string text) =>
        [.. text.Split('\n').Select(l => Plain(l.Trim())).Where(l => l.Length > 0).Select(ReadLine)];

    /// <summary>The text with a new entry in front.</summary>
    public static string Add(string text, ImageTimestamp at, string message) =>
        $"{at.Local:yyyy-MM-dd HH:mm}: {string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))}\n{text}";

    private static ImageRemark ReadLine(string line)
    {
        var colon = line.IndexOf(": ", StringComparison.Ordinal);
        return colon is > 0 and < LongestDate && line.AsSpan(0, colon).ContainsAnyInRange('0', '9')
            ? new ImageRemark(line[..colon], line[(colon + 2)..].Trim())
            : new ImageRemark("", line);
    }

    private static string Plain(string line) => string.Concat(line.Select(c => char.IsControl(c) && c != '\t' ? '?' : c));
}
