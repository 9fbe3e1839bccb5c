using System.Globalization;

namespace LinboPortal.Shell;

/// <summary>What stands in the address of a page, typed or mangled by anybody: what cannot be read is as if it were not there.</summary>
internal static class AddressValue
{
    /// <summary>No list has more pages; the number of its rows stays within 32 bits.</summary>
    public const int LastPage = 1_000_000;

    /// <summary>A page's number, from 1.</summary>
    public static int Page(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Clamp(number, 1, LastPage) : text?.Length > 0 && text.All(char.IsAsciiDigit) ? LastPage : 1;

    /// <summary>True for <c>true</c>.</summary>
    public static bool Flag(string? text) => bool.TryParse(text, out var value) && value;

    /// <summary>A key; null for none.</summary>
    public static Guid? Key(string? text) => Guid.TryParse(text, out var key) ? key : null;
}
