namespace LinboPortal.Core.Remote;

/// <summary>An SSH host key that an administrator confirmed to be LINBO's of this installation: all its PCs show the same.</summary>
public sealed class ConfirmedHostKey
{
    /// <summary>SHA-256 of the key, base64 without padding, as <c>ssh-keygen -l</c> writes it.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>For instance <c>ssh-ed25519</c>.</summary>
    public required string Algorithm { get; init; }

    /// <summary>When it was confirmed (UTC).</summary>
    public required DateTimeOffset ConfirmedAt { get; init; }

    /// <summary>Account that confirmed it.</summary>
    public required string ConfirmedBy { get; init; }
}
