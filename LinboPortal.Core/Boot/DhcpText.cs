using System.Text;

namespace LinboPortal.Core.Boot;

/// <summary>What may stand in a DHCP server's configuration without saying something else.</summary>
internal static class DhcpText
{
    /// <summary>True for names that need no quotes anywhere.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= 64 && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '+');

    /// <summary>A string of ISC dhcpd: bytes beyond ASCII and control characters as octal numbers.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            if (value is (byte)'"' or (byte)'\\')
                quoted.Append('\\').Append((char)value);
            else if (value is < 32 or > 126)
                quoted.Append('\\').Append(Convert.ToString(value, 8).PadLeft(3, '0'));
            else
                quoted.Append((char)value);
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>A text for a comment: on one line, and nothing in it ends the comment.</summary>
    public static string Comment(string text) => string.Concat(text.Select(c => char.IsControl(c) || char.GetUnicodeCategory(c)
        is System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator ? ' ' : c));
}
