using System.Globalization;

namespace LinboPortal.Core.Jobs;

/// <summary>Sizes of waves as text: <c>1,3</c> = one PC, then three, then the rest.</summary>
public static class JobWaves
{
    private const int Most = 20;

    /// <summary>Reads the sizes; none for an empty text.</summary>
    public static bool TryParse(string? text, out IReadOnlyList<int> sizes)
    {
        sizes = [];
        if (string.IsNullOrWhiteSpace(text))
            return true;
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        var numbers = new int[parts.Length];
        for (var i = 0; i < parts.Length; i++)
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]) || numbers[i] == 0)
                return false;
        if (numbers.Length > Most)
            return false;
        sizes = numbers;
        return true;
    }

    /// <summary>The wave of the n-th PC (from 0); who fits into none of the sizes is in the last wave.</summary>
    public static int WaveOf(IReadOnlyList<int> sizes, int position)
    {
        var wave = 0;
        while (wave < sizes.Count && position >= sizes[wave])
            position -= sizes[wave++];
        return wave;
    }
}
