using System.Collections.Immutable;

namespace LinboPortal.Core.StartConf;

/// <summary>What became of a line.</summary>
public enum LineChange
{
    /// <summary>In both texts.</summary>
    Same,

    /// <summary>Only in the old text.</summary>
    Removed,

    /// <summary>Only in the new text.</summary>
    Added,
}

/// <summary>A line of a comparison.</summary>
/// <param name="Change">What became of it.</param>
/// <param name="OldNumber">Line in the old text, from 1; null for an added one.</param>
/// <param name="NewNumber">Line in the new text, from 1; null for a removed one.</param>
/// <param name="Text">The line; <c>␍</c> stands for a carriage return, so that a change of line endings is seen.</param>
public sealed record DiffLine(LineChange Change, int? OldNumber, int? NewNumber, string Text);

/// <summary>Compares two texts line by line: the longest common sequence of lines stays.</summary>
public static class LineDiff
{
    /// <summary>Beyond so many pairs of lines the differing middle is shown as replaced as a whole.</summary>
    private const int MostPairs = 4_000_000;

    /// <summary>All lines of both texts, in an order in which a person reads a change: what went, then what came.</summary>
    public static ImmutableArray<DiffLine> Compare(string oldText, string newText)
    {
        var before = Lines(oldText);
        var after = Lines(newText);
        var start = 0;
        while (start < before.Length && start < after.Length && before[start] == after[start])
            start++;
        var end = 0;
        while (end < before.Length - start && end < after.Length - start && before[^(end + 1)] == after[^(end + 1)])
            end++;

        var lines = ImmutableArray.CreateBuilder<DiffLine>();
        for (var i = 0; i < start; i++)
            lines.Add(new DiffLine(LineChange.Same, i + 1, i + 1, before[i]));
        Middle(lines, before.AsSpan(start, before.Length - start - end), after.AsSpan(start, after.Length - start - end), start);
        for (var i = end; i > 0; i--)
            lines.Add(new DiffLine(LineChange.Same, before.Length - i + 1, after.Length - i + 1, before[^i]));
        return lines.ToImmutable();
    }

    /// <summary>Only the changes and so many lines around each; null stands for what was left out.</summary>
    public static ImmutableArray<DiffLine?> WithContext(ImmutableArray<DiffLine> lines, int context)
    {
        var result = ImmutableArray.CreateBuilder<DiffLine?>();
        var near = new bool[lines.Length];
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Change != LineChange.Same)
                Array.Fill(near, true, Math.Max(0, i - context), Math.Min(lines.Length, i + context + 1) - Math.Max(0, i - context));
        }

        for (var i = 0; i < lines.Length; i++)
        {
            if (near[i])
                result.Add(lines[i]);
            else if (result is [] or [.., not null])
                result.Add(null);
        }

        return result.ToImmutable();
    }

    private static void Middle(ImmutableArray<DiffLine>.Builder lines, ReadOnlySpan<string> before, ReadOnlySpan<string> after, int offset)
    {
        var common = (long)before.Length * after.Length <= MostPairs ? Common(before, after) : null;
        int o = 0, n = 0;
        while (o < before.Length || n < after.Length)
        {
            if (common is not null && o < before.Length && n < after.Length && before[o] == after[n])
            {
                lines.Add(new DiffLine(LineChange.Same, offset + ++o, offset + ++n, before[o - 1]));
            }
            else if (o < before.Length && (n == after.Length || common is null || common[o + 1, n] >= common[o, n + 1]))
            {
                lines.Add(new DiffLine(LineChange.Removed, offset + ++o, null, before[o - 1]));
            }
            else
            {
                lines.Add(new DiffLine(LineChange.Added, null, offset + ++n, after[n - 1]));
            }
        }
    }

    /// <summary>Length of the longest common sequence of what follows each pair of places.</summary>
    private static int[,] Common(ReadOnlySpan<string> before, ReadOnlySpan<string> after)
    {
        var length = new int[before.Length + 1, after.Length + 1];
        for (var o = before.Length - 1; o >= 0; o--)
        {
            for (var n = after.Length - 1; n >= 0; n--)
                length[o, n] = before[o] == after[n] ? length[o + 1, n + 1] + 1 : Math.Max(length[o + 1, n], length[o, n + 1]);
        }

        return length;
    }

    private static string[] Lines(string text)
    {
        if (text.Length == 0)
            return [];
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
            lines[i] = lines[i].Replace('\r', '␍');
        return lines is [.. var all, ""] ? all : lines;
    }
}
