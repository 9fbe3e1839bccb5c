using System.Globalization;

namespace LinboPortal.Core.StartConf;

/// <summary>Sizes as [Partition] writes them: a number with K, M, G or T, kiB without.</summary>
public static class PartitionSize
{
    /// <summary>Reads a size.</summary>
    /// <returns>The bytes; null where the text is empty (the rest of the disk) or no size.</returns>
    public static long? ToBytes(string text)
    {
        var end = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        var digits = end < 0 ? text : text[..end];
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is <= 0 or > 1L << 40)
            return null;
        var unit = (end < 0 ? "" : text[end..]).Trim().ToUpperInvariant();
        var power = unit switch { "" or "K" or "KB" or "KIB" => 1, "M" or "MB" or "MIB" => 2, "G" or "GB" or "GIB" => 3, "T" or "TB" or "TIB" => 4, _ => 0 };
        if (power == 0)
            return null;
        for (; power > 0; power--)
        {
            if (number > long.MaxValue / 1024)
                return null;
            number *= 1024;
        }

        return number;
    }
}
