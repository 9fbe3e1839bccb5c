using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LinboPortal.Core.Hosts;

/// <summary>Names for many hosts at once: <c>r101-pc{01}</c> counts from 01 with two digits.</summary>
public sealed class NamePattern
{
    private readonly string before;
    private readonly string after;
    private readonly int first;
    private readonly int digits;

    private NamePattern(string before, string after, int first, int digits) =>
        (this.before, this.after, this.first, this.digits) = (before, after, first, digits);

    /// <summary>Reads a pattern: exactly one pair of braces with one to six digits in it.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out NamePattern? pattern)
    {
        pattern = null;
        var s = text?.Trim() ?? "";
        var (open, close) = (s.IndexOf('{'), s.IndexOf('}'));
        if (open < 0 || close < open || s.LastIndexOf('{') != open || s.LastIndexOf('}') != close)
            return false;
        var number = s[(open + 1)..close];
        if (number.Length is 0 or > 6 || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var first))
            return false;
        pattern = new NamePattern(s[..open], s[(close + 1)..], first, number.Length);
        return true;
    }

    /// <summary>The names in their order, without end; those that are taken are left out.</summary>
    public IEnumerable<string> Names(Func<string, bool> isTaken)
    {
        for (var number = first; number < int.MaxValue; number++)
        {
            var name = before + number.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0') + after;
            if (!isTaken(name))
                yield return name;
        }
    }
}
