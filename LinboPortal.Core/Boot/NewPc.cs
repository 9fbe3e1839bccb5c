using System.Net;
using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Boot;

/// <summary>A PC that booted here and that no host row knows; waiting to be taken in.</summary>
public sealed class NewPc
{
    /// <summary>Its Ethernet address, key of the row.</summary>
    public required MacAddress Mac { get; init; }

    /// <summary>The address it last had.</summary>
    public IPAddress? Address { get; set; }

    /// <summary><c>bios</c>, <c>uefi</c> … as in <see cref="BootRun.Firmware"/>.</summary>
    public string Firmware { get; set; } = "";

    /// <summary>First boot seen (UTC).</summary>
    public required DateTimeOffset FirstSeenAt { get; init; }

    /// <summary>Last boot seen (UTC).</summary>
    public DateTimeOffset LastSeenAt { get; set; }

    /// <summary>How many boots were seen.</summary>
    public int Boots { get; set; }

    /// <summary>Hidden by a person who does not want to take it in.</summary>
    public bool Ignored { get; set; }

    /// <summary>The name that somebody typed at the PC; empty where nobody did.</summary>
    public string WantedName { get; set; } = "";

    /// <summary>The room that somebody typed at the PC.</summary>
    public string WantedRoom { get; set; } = "";

    /// <summary>The group that somebody typed at the PC.</summary>
    public string WantedGroup { get; set; } = "";

    /// <summary>The address that somebody typed at the PC; null for DHCP.</summary>
    public IPAddress? WantedAddress { get; set; }

    /// <summary>The role that somebody typed at the PC; empty for none that is known.</summary>
    public string WantedRole { get; set; } = "";

    /// <summary>When somebody registered it at the PC (UTC); null where nobody did.</summary>
    public DateTimeOffset? WantedAt { get; set; }
}
