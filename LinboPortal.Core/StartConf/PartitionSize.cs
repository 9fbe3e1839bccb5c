using System.Globalization;

namespace LinboPortal.Core.StartConf;

/// <summary>Sizes as [Partition] writes them: a number with K, M, G or T, kiB without.</summary>
public static class PartitionSize
{
    /// <summary>Reads a size. As LINBO does, a fraction is cut off.</summary>
    /// <returns>The bytes; null where the text is empty (the rest of the disk) or no size.</returns>
    public static long? ToBytes(string text)
    {
        if (Parts(text) is not { } parts)
            return null;
        var power = parts.Unit switch { "" or "K" or "KB" or "KIB" => 1, "M" or "MB" or "MIB" => 2, "G" or "GB" or "GIB" => 3, "T" or "TB" or "TIB" => 4, _ => 0 };
        if (power == 0)
            return null;
        var number = parts.Number;
        for (; power > 0; power--)
        {
            if (number > long.MaxValue / 1024)
                return null;
            number *= 1024;
        }

        return number;
    }

    /// <summary>What LINBO reads of a size: the whole number and the first letter of the unit, and nothing behind a blank.</summary>
    internal static string AsRead(string text) => Parts(text) is { } parts
        ? parts.Number.ToString(CultureInfo.InvariantCulture) + (parts.Unit.Length > 0 && !text.Contains(' ', StringComparison.Ordinal) ? parts.Unit[..1] : "K")
        : "";

    private static (long Number, string Unit)? Parts(string text)
    {
        var end = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        var digits = end < 0 ? text : text[..end];
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is <= 0 or > 1L << 40)
            return null;
        var rest = end < 0 ? "" : text[end..];
        if (rest is ['.' or ',', ..])
            rest = rest.AsSpan(1).TrimStart("0123456789").ToString();
        return (number, rest.Trim().ToUpperInvariant());
    }
}
