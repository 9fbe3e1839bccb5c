using System.Net;

namespace LinboPortal.Core.Hosts;

/// <summary>What devices.csv says about one host, read and checked.</summary>
/// <param name="Room">Room.</param>
/// <param name="Name">Host name with the school's prefix, lower case.</param>
/// <param name="Group">Group; null for <c>nopxe</c>.</param>
/// <param name="Mac">First Ethernet address.</param>
/// <param name="Address">Fixed address; null for <c>DHCP</c>.</param>
public sealed record Device(string Room, string Name, string? Group, MacAddress Mac, IPAddress? Address)
{
    /// <summary>The word in the group column for hosts that boot nothing.</summary>
    public const string NoGroup = "nopxe";

    /// <summary>sophomorixRole.</summary>
    public string Role { get; init; } = "";

    /// <summary>pxeFlag.</summary>
    public string PxeFlag { get; init; } = "";

    /// <summary>sophomorixComment.</summary>
    public string Comment { get; init; } = "";

    /// <summary>Office licence key.</summary>
    public string OfficeKey { get; init; } = "";

    /// <summary>Windows licence key.</summary>
    public string WindowsKey { get; init; } = "";

    /// <summary>ISC dhcpd statements, separated by commas.</summary>
    public string DhcpOptions { get; init; } = "";

    /// <summary>Column 15.</summary>
    public string Options { get; init; } = "";

    /// <summary>The columns that the portal knows, in the order of the file.</summary>
    public static IReadOnlyList<HostField> Fields { get; } =
    [
        HostField.Room, HostField.Name, HostField.Group, HostField.Mac, HostField.Address, HostField.OfficeKey, HostField.WindowsKey,
        HostField.DhcpOptions, HostField.Role, HostField.PxeFlag, HostField.Comment, HostField.Options,
    ];

    /// <summary>The value of a column as devices.csv writes it; the name without the school's prefix.</summary>
    public string TextOf(HostField field, string school) => field switch
    {
        HostField.Room => Room,
        HostField.Name => HostName.WithoutPrefix(Name, school),
        HostField.Group => Group ?? NoGroup,
        HostField.Mac => Mac.ToString(),
        HostField.Address => HostAddress.Format(Address),
        HostField.OfficeKey => OfficeKey,
        HostField.WindowsKey => WindowsKey,
        HostField.DhcpOptions => DhcpOptions,
        HostField.Role => Role,
        HostField.PxeFlag => PxeFlag,
        HostField.Comment => Comment,
        HostField.Options => Options,
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, null),
    };

    /// <summary>
    /// The device as its school's file writes it: a school other than the default one has its own <c>start.conf.&lt;school&gt;+&lt;group&gt;</c>,
    /// and its devices.csv names the group without the school.
    /// </summary>
    public Device InFileOf(string school) =>
        Group is not null && Group.StartsWith(GroupPrefix(school), StringComparison.Ordinal) ? this with { Group = Group[GroupPrefix(school).Length..] } : this;

    /// <summary>What a school puts before the names of its own groups; the default school puts nothing there.</summary>
    public static string GroupPrefix(string school) => HostName.Prefix(school).Length == 0 ? "" : school.ToLowerInvariant() + "+";

    /// <summary>True where both mean the same in that column; rooms ignore case as linuxmuster.net does.</summary>
    public bool SameAs(Device other, HostField field, string school) => string.Equals(
        TextOf(field, school), other.TextOf(field, school),
        field is HostField.Room ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
}
