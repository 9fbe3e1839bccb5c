using System.Net;
using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Boot;

/// <summary>What kind of thing happened while a PC booted: a lane of the boot timeline.</summary>
public enum BootStepKind
{
    /// <summary>A DHCP request or answer seen on the wire.</summary>
    Dhcp,

    /// <summary>A file read by TFTP.</summary>
    Tftp,

    /// <summary>A file read by HTTP below /linbo/.</summary>
    Http,

    /// <summary>start.conf read by rsync.</summary>
    StartConf,

    /// <summary>Any other file read by rsync.</summary>
    Rsync,

    /// <summary>Port 2222 of the PC answers.</summary>
    Ssh,
}

/// <summary>How a step ended.</summary>
public enum BootStepOutcome
{
    /// <summary>Delivered completely.</summary>
    Served,

    /// <summary>The file does not exist.</summary>
    NotFound,

    /// <summary>The client ended it on purpose (size probes do).</summary>
    Aborted,

    /// <summary>Refused: outside the root, forbidden, too many sessions.</summary>
    Refused,

    /// <summary>The client fell silent or the file could not be read.</summary>
    Failed,
}

/// <summary>One observation by a server of the portal, before it is known whose boot it belongs to.</summary>
/// <param name="Client">The client's address; null where only the MAC is known (DHCP discover).</param>
/// <param name="Mac">The client's Ethernet address where the protocol tells it.</param>
/// <param name="Kind">Lane of the timeline.</param>
/// <param name="Path">Requested path without leading slash, or a word for steps without a file (<c>discover</c>, <c>2222</c>).</param>
/// <param name="StartedAt">Start (UTC).</param>
/// <param name="Duration">From the request to the end of the last byte.</param>
/// <param name="Bytes">Payload delivered.</param>
/// <param name="Size">Size of the file where there is one.</param>
/// <param name="Retransmits">Packets sent again (TFTP).</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Detail">What else is known, in wire words (TFTP error text, DHCP vendor class, architecture).</param>
public sealed record BootObservation(
    IPAddress? Client, MacAddress? Mac, BootStepKind Kind, string Path, DateTimeOffset StartedAt, TimeSpan Duration,
    long Bytes, long? Size, int Retransmits, BootStepOutcome Outcome, string? Detail = null)
{
    /// <summary>True where a configured DHCP server acknowledged <see cref="Client"/> to <see cref="Mac"/>.</summary>
    public bool IsOfKnownServer { get; init; }
}

/// <summary>One start of one PC, as far as the portal served or saw it.</summary>
public sealed class BootRun
{
    /// <summary>Key, UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Key of the host; null while the PC is unknown.</summary>
    public Guid? HostId { get; set; }

    /// <summary>The PC's Ethernet address where known.</summary>
    public MacAddress? Mac { get; set; }

    /// <summary>The PC's address where known.</summary>
    public IPAddress? Address { get; set; }

    /// <summary><c>bios</c>, <c>uefi</c>, <c>uefi-http</c> or empty while unknown.</summary>
    public string Firmware { get; set; } = "";

    /// <summary>First step (UTC).</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>End of the last step (UTC).</summary>
    public DateTimeOffset LastStepAt { get; set; }

    /// <summary>When port 2222 answered: the boot is complete (UTC).</summary>
    public DateTimeOffset? CompletedAt { get; set; }

    /// <summary>How it ended without port 2222; null while it goes on, and once it is complete.</summary>
    public BootVerdict? Verdict { get; set; }

    /// <summary>The steps, oldest first.</summary>
    public List<BootStep> Steps { get; init; } = [];
}

/// <summary>One step of a boot: a bar on the timeline.</summary>
public sealed class BootStep
{
    /// <summary>Key, UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Key of the boot.</summary>
    public required Guid BootRunId { get; init; }

    /// <summary>Lane.</summary>
    public required BootStepKind Kind { get; init; }

    /// <summary>Requested path or word.</summary>
    public required string Path { get; init; }

    /// <summary>Start (UTC).</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Length.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Payload delivered.</summary>
    public required long Bytes { get; init; }

    /// <summary>Size of the file where there is one.</summary>
    public long? Size { get; init; }

    /// <summary>Packets sent again.</summary>
    public int Retransmits { get; init; }

    /// <summary>How it ended.</summary>
    public required BootStepOutcome Outcome { get; init; }

    /// <summary>Wire words.</summary>
    public string? Detail { get; init; }
}
