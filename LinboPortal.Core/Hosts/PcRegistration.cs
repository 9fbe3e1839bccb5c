using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace LinboPortal.Core.Hosts;

/// <summary>
/// What somebody typed at a PC in LINBO's own menu (linbo.md 3.6): one line of a <c>&lt;name&gt;.new</c> file. It is a proposal and no more: anybody who
/// knows the LINBO password can send anything.
/// </summary>
/// <param name="Room">The room; empty for one that cannot be.</param>
/// <param name="Name">The name.</param>
/// <param name="Group">The group; empty for one that cannot be.</param>
/// <param name="Mac">The PC.</param>
/// <param name="Address">The address; null for DHCP.</param>
/// <param name="Role">The role; empty for one that nobody knows.</param>
public sealed record PcRegistration(string Room, string Name, string Group, MacAddress Mac, IPAddress? Address, string Role)
{
    /// <summary>Bytes that a file may have.</summary>
    public const int MaxLength = 4096;

    private const int LongestWord = 64;

    /// <summary>Reads the first line; false where it names no PC, or no name that LINBO's menu takes.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out PcRegistration? registration)
    {
        registration = null;
        if (text.Split('\n', 2)[0].TrimEnd('\r').Split(';') is not [var room, var name, var group, var mac, .. var rest]
            || !IsWord(name) || !MacAddress.TryParse(mac.Trim(), out var address))
            return false;
        _ = HostAddress.TryParseFixed(rest.ElementAtOrDefault(0)?.Trim(), out var ip);
        var role = rest.ElementAtOrDefault(4)?.Trim() ?? "";
        registration = new PcRegistration(
            IsWord(room) ? room : "", name, IsWord(group) ? group : "", address, ip, HostRoles.All.Contains(role) ? role : "");
        return true;
    }

    /// <summary>The line as clients read it back to propose the next one (<c>last_registered</c>).</summary>
    public override string ToString() =>
        $"{Room};{Name};{Group};{Mac};{HostAddress.Format(Address)};;;;{(Role.Length > 0 ? Role : HostRoles.StudentComputer)};;1";

    // What the client's own check lets pass, and names of an older one.
    private static bool IsWord(string text) => text.Length is > 0 and <= LongestWord && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
