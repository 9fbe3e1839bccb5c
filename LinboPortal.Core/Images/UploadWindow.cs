namespace LinboPortal.Core.Images;

/// <summary>A time in which images may be uploaded at the PCs themselves, without a job.</summary>
public sealed class UploadWindow
{
    /// <summary>Key, UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Since when (UTC).</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>Account that opened it.</summary>
    public required string OpenedBy { get; init; }

    /// <summary>Until when (UTC); earlier than first meant where it was closed.</summary>
    public required DateTimeOffset Until { get; set; }
}
