using LinboPortal.Core.Groups;

namespace LinboPortal.Core.Remote;

/// <summary>The SSH host key that Linux or Windows on a PC showed at first contact; apart from LINBO's, which is another.</summary>
public sealed class SystemKeyPin
{
    /// <summary>Key of the host.</summary>
    public required Guid HostId { get; init; }

    /// <summary>Which system.</summary>
    public required PcSystem System { get; init; }

    /// <summary>For instance <c>ssh-ed25519</c>.</summary>
    public required string Algorithm { get; set; }

    /// <summary>SHA-256 of the key, base64 without padding, as <c>ssh-keygen -l</c> writes it.</summary>
    public required string Fingerprint { get; set; }

    /// <summary>When it was first seen (UTC).</summary>
    public required DateTimeOffset PinnedAt { get; set; }

    /// <summary>Another key that it showed since, refused until a person trusts it; null where there is none.</summary>
    public string? OtherFingerprint { get; set; }

    /// <summary>When the other key was last seen (UTC).</summary>
    public DateTimeOffset? OtherSeenAt { get; set; }
}
