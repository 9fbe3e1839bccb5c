using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LinboPortal.Core.Images;

/// <summary>Room in the cache of a PC, as the PC says.</summary>
/// <param name="Total">Bytes of the partition.</param>
/// <param name="Free">Bytes that are free.</param>
/// <param name="Images">Its image files and their bytes.</param>
public sealed record CacheRoom(long Total, long Free, IReadOnlyDictionary<string, long> Images)
{
    private const int Kibi = 1024;
    private const int LongestName = 255;

    /// <summary>Bytes for a new image of that name: the one that is there goes first.</summary>
    public long RoomFor(string image) => Free + Images.GetValueOrDefault(image);

    /// <summary>Reads the last line of <c>df -P -k</c>, and below it the lines of <c>ls -ln</c>. PCs may say anything.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out CacheRoom? room)
    {
        room = null;
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines is not [var first, .. var rest] || Words(first) is not [_, var total, _, var free, ..] || KiB(total) is not { } all || KiB(free) is not { } left || left > all)
            return false;
        Dictionary<string, long> images = new(StringComparer.Ordinal);
        foreach (var words in rest.Select(Words))
        {
            var name = words[^1][(words[^1].LastIndexOf('/') + 1)..];
            if (words is [['-', ..], _, _, _, var size, _, ..] && name.Length <= LongestName && ImagePart.TryParse(name, out var part) && part.IsImage && Number(size) is { } bytes)
                images[name] = bytes;
        }

        room = new CacheRoom(all, left, images);
        return true;
    }

    private static string[] Words(string line) => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);

    private static long? KiB(string text) => Number(text) is { } number && number <= long.MaxValue / Kibi ? number * Kibi : null;

    private static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
