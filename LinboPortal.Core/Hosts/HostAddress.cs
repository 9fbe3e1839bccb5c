using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LinboPortal.Core.Hosts;

/// <summary>The fourth column of devices.csv: a fixed IPv4 address, or <c>DHCP</c> for none.</summary>
public static class HostAddress
{
    /// <summary>The word for "no fixed address".</summary>
    public const string Dynamic = "DHCP";

    /// <summary>Reads four decimal numbers without leading zeros, or <c>DHCP</c> in any case.</summary>
    /// <param name="text">The text.</param>
    /// <param name="address">The address; null for <c>DHCP</c>.</param>
    /// <returns>False for anything else, and for the addresses that no PC can have (0/8, loopback, multicast, broadcast).</returns>
    public static bool TryParse(string? text, out IPAddress? address)
    {
        address = null;
        var s = text?.Trim() ?? "";
        return s.Equals(Dynamic, StringComparison.OrdinalIgnoreCase) || TryParseFixed(s, out address);
    }

    /// <summary>Reads a fixed address only.</summary>
    public static bool TryParseFixed(string? text, out IPAddress? address)
    {
        address = null;
        var parts = (text ?? "").Trim().Split('.');
        if (parts.Length != 4)
            return false;
        var number = 0u;
        foreach (var part in parts)
        {
            // "010" is octal to some programs and decimal to others: refuse it.
            var isPlain = part.Length is > 0 and <= 3 && part.All(char.IsAsciiDigit) && (part.Length == 1 || part[0] != '0');
            if (!isPlain || !byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
                return false;
            number = number << 8 | value;
        }

        if (number >> 24 is 0 or 127 or >= 224)
            return false;
        address = FromNumber(number);
        return true;
    }

    /// <summary>As devices.csv writes it.</summary>
    public static string Format(IPAddress? address) => address?.ToString() ?? Dynamic;

    /// <summary>The address as a number, to sort and to count.</summary>
    /// <exception cref="ArgumentException">No IPv4 address.</exception>
    public static uint ToNumber(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes())
        : throw new ArgumentException($"{address} is no IPv4 address.", nameof(address));

    /// <summary>The address of a number.</summary>
    public static IPAddress FromNumber(uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes);
    }

    /// <summary>Counts up from an address. Addresses that are taken, and those that end in 0 or 255, are left out.</summary>
    /// <param name="first">The first one.</param>
    /// <param name="isTaken">True for an address that another host has.</param>
    public static IEnumerable<IPAddress> CountFrom(IPAddress first, Func<IPAddress, bool> isTaken)
    {
        for (var number = ToNumber(first); number >> 24 < 224; number++)
        {
            var address = FromNumber(number);
            if ((number & 255) is not (0 or 255) && !isTaken(address))
                yield return address;
        }
    }
}
