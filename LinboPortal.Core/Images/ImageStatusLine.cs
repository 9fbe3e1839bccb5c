using System.Diagnostics.CodeAnalysis;

namespace LinboPortal.Core.Images;

/// <summary>A line of a PC's <c>image.status</c> (linbo.md 3.5): <c>202611251200 applied: win10.qcow2 202611011000</c>.</summary>
/// <param name="At">When, in the PC's local time.</param>
/// <param name="Action">What it did.</param>
/// <param name="Image">Name of the image's file.</param>
/// <param name="Timestamp">The image's own timestamp; empty where it says none.</param>
public sealed record ImageStatusLine(ImageTimestamp At, HostImageAction Action, string Image, string Timestamp)
{
    private static readonly char[] Blanks = [' ', '\t', '\r'];

    /// <summary>Reads one line; PCs may send anything.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ImageStatusLine? line)
    {
        line = null;
        if (text.Split(Blanks, StringSplitOptions.RemoveEmptyEntries) is not [var at, var action, var image, .. var rest]
            || !ImageTimestamp.TryParse(at, out var when) || Read(action) is not { } done
            || !ImagePart.TryParse(image, out var part) || !part.IsImage || image.Length > HostImage.MaxLength)
            return false;
        // As it stands in the .info, so in quotes.
        var timestamp = rest is [var given, ..] ? given.Trim('"', '\'') : "";
        line = new ImageStatusLine(when, done, image, ImageTimestamp.TryParse(timestamp, out _) ? timestamp : "");
        return true;
    }

    /// <summary>The newest line of each image; what cannot be read is left out.</summary>
    public static IReadOnlyList<ImageStatusLine> ReadAll(string text)
    {
        Dictionary<string, ImageStatusLine> newest = [];
        foreach (var written in text.Split('\n'))
        {
            // Of two in the same minute the later line counts.
            if (TryParse(written, out var line) && (!newest.TryGetValue(line.Image, out var other) || line.At.Local >= other.At.Local))
                newest[line.Image] = line;
        }

        return [.. newest.Values.OrderBy(l => l.Image, StringComparer.Ordinal)];
    }

    private static HostImageAction? Read(string action) => action.TrimEnd(':').ToLowerInvariant() switch
    {
        "applied" => HostImageAction.Applied,
        "created" => HostImageAction.Created,
        _ => null,
    };
}
