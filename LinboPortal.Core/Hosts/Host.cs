using System.Net;
using LinboPortal.Core.Groups;

namespace LinboPortal.Core.Hosts;

/// <summary>A PC (or another device of devices.csv) as the school knows it.</summary>
public sealed class Host
{
    /// <summary>The school that a single-school installation has.</summary>
    public const string DefaultSchool = "default-school";

    /// <summary>Key, UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The school's name; <see cref="DefaultSchool"/> where there is only one.</summary>
    public required string School { get; init; }

    /// <summary>
    /// The host name as the network knows it: with the school's prefix for other schools than the default one.
    /// Unique within the school, ignoring case; always lower case.
    /// </summary>
    public required string Name { get; set; }

    /// <summary>Key of the room.</summary>
    public Guid RoomId { get; set; }

    /// <summary>The room that the host stands in.</summary>
    public Room? Room { get; set; }

    /// <summary>Key of the group; null for <c>nopxe</c>.</summary>
    public Guid? GroupId { get; set; }

    /// <summary>The group (hardware class); null for <c>nopxe</c>.</summary>
    public HostGroup? Group { get; set; }

    /// <summary>The Ethernet addresses; the first in <see cref="HostMac.Position"/> is the one written to devices.csv.</summary>
    public List<HostMac> Macs { get; init; } = [];

    /// <summary>The fixed IPv4 address; null where devices.csv says <c>DHCP</c>.</summary>
    public IPAddress? Address { get; set; }

    /// <summary>sophomorixRole, for instance <c>classroom-studentcomputer</c>.</summary>
    public string Role { get; set; } = HostRoles.StudentComputer;

    /// <summary>pxeFlag as it stands in devices.csv: empty, <c>0</c>, <c>1</c>, <c>2</c>, <c>3</c> or <c>ml</c>.</summary>
    public string PxeFlag { get; set; } = "1";

    /// <summary>sophomorixComment.</summary>
    public string Comment { get; set; } = "";

    /// <summary>Office licence key of the host (column 5).</summary>
    public string OfficeKey { get; set; } = "";

    /// <summary>Windows licence key of the host (column 6).</summary>
    public string WindowsKey { get; set; } = "";

    /// <summary>Extra ISC dhcpd statements, separated by commas (column 7).</summary>
    public string DhcpOptions { get; set; } = "";

    /// <summary>Column 15.</summary>
    public string Options { get; set; } = "";

    /// <summary>What the probes and the boot journal last saw; null for a host that was never looked at.</summary>
    public HostStatus? Status { get; set; }

    /// <summary>When the row was made (UTC).</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Concurrency token (PostgreSQL's xmin).</summary>
    public uint Version { get; init; }

    /// <summary>True for a PC, false for a device that does not boot LINBO. The database computes it by the rule of <see cref="IsPc"/>.</summary>
    public bool BootsLinbo { get; private set; }

    /// <summary>True where a host boots LINBO: pxeFlag 1 or 2, a group, and the role of a PC.</summary>
    /// <param name="pxeFlag">Its pxeFlag.</param>
    /// <param name="hasGroup">False for <c>nopxe</c>.</param>
    /// <param name="role">Its sophomorixRole.</param>
    public static bool IsPc(string pxeFlag, bool hasGroup, string role) => pxeFlag is "1" or "2" && hasGroup && !HostRoles.Devices.Contains(role);
}

/// <summary>One Ethernet address of a host; unique over all schools.</summary>
public sealed class HostMac
{
    /// <summary>The address, key of the row.</summary>
    public required MacAddress Mac { get; init; }

    /// <summary>Key of the host.</summary>
    public Guid HostId { get; set; }

    /// <summary>0 for the address that devices.csv has.</summary>
    public int Position { get; set; }
}
