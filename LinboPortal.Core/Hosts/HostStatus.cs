using System.Net;
using LinboPortal.Core.Boot;

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

    /// <summary>Shown instead of the observed state while the last boot is one that did not come up; never observed, see <see cref="HostStatus.Shown"/>.</summary>
    Failed,

    /// <summary>Counted instead of a state for a device that does not boot LINBO; never observed, see <see cref="Host.BootsLinbo"/>.</summary>
    Device,
}

/// <summary>What states mean.</summary>
public static class HostStates
{
    extension(HostState state)
    {
        /// <summary>True for a PC that answers or boots. One whose last boot failed may be on, but nobody can work with it.</summary>
        public bool IsOn => state is HostState.Booting or HostState.Linbo or HostState.Linux or HostState.Windows or HostState.On;
    }
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

    /// <summary>The address that was last proven to be its own; for hosts without a fixed one.</summary>
    public IPAddress? Address { get; set; }

    /// <summary>How <see cref="Address"/> was proven; null where there is none.</summary>
    public AddressProof? AddressProof { get; set; }

    /// <summary>When <see cref="Address"/> was last proven (UTC).</summary>
    public DateTimeOffset? AddressProvenAt { get; set; }

    /// <summary>
    /// The address from which a request last named this PC: a claim of whoever sent it. Nothing connects to it, but to compare the SSH host key there.
    /// </summary>
    public IPAddress? ClaimedAddress { get; set; }

    /// <summary>Why the last boot did not come up; null where it did, or where the PC has run a system since.</summary>
    public BootFailure? BootFailure { get; set; }

    /// <summary>What people are shown: <see cref="HostState.Failed"/> while there is a <see cref="BootFailure"/> and no new boot goes on, else the state. The database computes it.</summary>
    public HostState Shown { get; private set; }

    /// <summary>The same rule for a state that is not read from the database.</summary>
    public static HostState ShownFor(HostState state, BootFailure? failure) =>
        failure is not null && state is not (HostState.Booting or HostState.Linbo or HostState.Linux or HostState.Windows) ? HostState.Failed : state;
}
