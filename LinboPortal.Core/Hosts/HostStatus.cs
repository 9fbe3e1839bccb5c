using System.Net;

namespace LinboPortal.Core.Hosts;

/// <summary>What a PC is doing as far as the portal can see (linbo.md 8.6).</summary>
public enum HostState
{
    /// <summary>Never looked at.</summary>
    Unknown,

    /// <summary>No port answers.</summary>
    Off,

    /// <summary>The portal serves it boot files right now.</summary>
    Booting,

    /// <summary>LINBO runs: port 2222 answers, 22 and 135 do not.</summary>
    Linbo,

    /// <summary>A Linux runs: port 22 answers.</summary>
    Linux,

    /// <summary>Windows runs: port 135 answers.</summary>
    Windows,

    /// <summary>Something answers, none of the above.</summary>
    On,
}

/// <summary>The last observed state of a host; written by probes and the boot journal, never by people.</summary>
public sealed class HostStatus
{
    /// <summary>Key of the host.</summary>
    public required Guid HostId { get; init; }

    /// <summary>The state.</summary>
    public HostState State { get; set; }

    /// <summary>Since when it has been in that state (UTC).</summary>
    public DateTimeOffset Since { get; set; }

    /// <summary>When it was last seen switched on (UTC); null for never.</summary>
    public DateTimeOffset? SeenAt { get; set; }

    /// <summary>The address it was last seen with; for hosts without a fixed one.</summary>
    public IPAddress? Address { get; set; }
}
