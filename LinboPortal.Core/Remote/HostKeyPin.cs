namespace LinboPortal.Core.Remote;

/// <summary>The SSH host key that a PC showed and that was known or trusted then. LINBO's initramfs gives all PCs the same one.</summary>
public sealed class HostKeyPin
{
    /// <summary>Key of the host.</summary>
    public required Guid HostId { get; init; }

    /// <summary>For instance <c>ssh-ed25519</c>.</summary>
    public required string Algorithm { get; set; }

    /// <summary>SHA-256 of the key, base64 without padding, as <c>ssh-keygen -l</c> writes it.</summary>
    public required string Fingerprint { get; set; }

    /// <summary>When it was first seen (UTC).</summary>
    public required DateTimeOffset PinnedAt { get; set; }

    /// <summary>True where nothing but the first contact speaks for it (<c>Remote:Ssh:TrustOnFirstUse</c>).</summary>
    public bool IsFirstUse { get; set; }

    /// <summary>Another key that the PC showed since, refused until a person takes it over; null where there is none.</summary>
    public string? OtherFingerprint { get; set; }

    /// <summary>When the other key was last seen (UTC).</summary>
    public DateTimeOffset? OtherSeenAt { get; set; }
}
