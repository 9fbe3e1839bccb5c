using System.Net;

namespace LinboPortal.Core.Remote;

/// <summary>An SSH host key that a PC, or whoever answers at its address, showed and that nobody knows: the connection was ended before anything was sent.</summary>
public sealed class RefusedHostKey
{
    /// <summary>Key of the host.</summary>
    public required Guid HostId { get; init; }

    /// <summary>For instance <c>ssh-ed25519</c>.</summary>
    public required string Algorithm { get; set; }

    /// <summary>SHA-256 of the key, base64 without padding.</summary>
    public required string Fingerprint { get; set; }

    /// <summary>Where it was shown.</summary>
    public required IPAddress Address { get; set; }

    /// <summary>When it was last shown (UTC).</summary>
    public required DateTimeOffset SeenAt { get; set; }
}
