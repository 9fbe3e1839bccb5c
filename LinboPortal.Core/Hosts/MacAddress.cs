using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LinboPortal.Core.Hosts;

/// <summary>A 48-bit Ethernet address. Written with colons in lower case, as LINBO and GRUB write it.</summary>
public readonly record struct MacAddress(ulong Value) : IComparable<MacAddress>
{
    /// <summary>Reads <c>52:54:00:aa:bb:01</c>, <c>52-54-00-AA-BB-01</c>, <c>5254.00aa.bb01</c> or twelve bare digits.</summary>
    /// <returns>False for anything else, and for the null, broadcast and multicast addresses, which no PC can have.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out MacAddress mac)
    {
        if (TryParseAny(text, out mac) && mac.IsOfCard)
            return true;
        mac = default;
        return false;
    }

    /// <summary>False for the null, broadcast and multicast addresses: no network card has one, but lists hold them as placeholders.</summary>
    public bool IsOfCard => Value != 0 && (Value >> 40 & 1) == 0;

    /// <summary>Reads any well-formed address, those that no network card has included.</summary>
    public static bool TryParseAny([NotNullWhen(true)] string? text, out MacAddress mac)
    {
        mac = default;
        if (text is null)
            return false;
        var s = text.Trim();
        Span<char> digits = stackalloc char[12];
        var n = 0;
        var separator = '\0';
        for (var i = 0; i < s.Length; i++)
        {
            if (char.IsAsciiHexDigit(s[i]))
            {
                if (n == 12)
                    return false;
                digits[n++] = s[i];
                continue;
            }

            var isSeparator = (s[i] is ':' or '-' && s.Length == 17 && i % 3 == 2) || (s[i] is '.' && s.Length == 14 && i % 5 == 4);
            if (!isSeparator || (separator != '\0' && separator != s[i]))
                return false;
            separator = s[i];
        }

        if (n != 12 || !ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            return false;
        mac = new MacAddress(value);
        return true;
    }

    /// <summary>Reads an address that is known to be well formed.</summary>
    /// <exception cref="FormatException">The text is no Ethernet address.</exception>
    public static MacAddress Parse(string text) =>
        TryParseAny(text, out var mac) ? mac : throw new FormatException($"'{text}' is not a MAC address.");

    /// <summary>With colons: <c>52:54:00:aa:bb:01</c>.</summary>
    public override string ToString() => Join(':');

    /// <summary>With hyphens, as in GRUB's <c>grub.cfg-01-52-54-00-aa-bb-01</c>.</summary>
    public string ToDashed() => Join('-');

    /// <inheritdoc/>
    public int CompareTo(MacAddress other) => Value.CompareTo(other.Value);

    private string Join(char separator) => string.Create(17, (Value, separator), static (span, state) =>
    {
        const string Hex = "0123456789abcdef";
        for (var i = 0; i < 6; i++)
        {
            var b = (int)(state.Value >> (40 - 8 * i) & 0xff);
            span[3 * i] = Hex[b >> 4];
            span[3 * i + 1] = Hex[b & 15];
            if (i < 5)
                span[3 * i + 2] = state.separator;
        }
    });

    /// <summary>Orders by number.</summary>
    public static bool operator <(MacAddress left, MacAddress right) => left.CompareTo(right) < 0;

    /// <summary>Orders by number.</summary>
    public static bool operator >(MacAddress left, MacAddress right) => left.CompareTo(right) > 0;

    /// <summary>Orders by number.</summary>
    public static bool operator <=(MacAddress left, MacAddress right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by number.</summary>
    public static bool operator >=(MacAddress left, MacAddress right) => left.CompareTo(right) >= 0;
}
