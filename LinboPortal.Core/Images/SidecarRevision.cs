namespace LinboPortal.Core.Images;

/// <summary>A text of a sidecar as a person saved it. Renaming or losing the image loses it not.</summary>
public sealed class SidecarRevision
{
    /// <summary>Key, UUIDv7: newer ones are larger.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Name of the image.</summary>
    public required string Image { get; set; }

    /// <summary>Name of the file, for instance <c>win10.postsync</c>.</summary>
    public required string File { get; set; }

    /// <summary>The text; empty where the file was removed.</summary>
    public required string Text { get; init; }

    /// <summary>When (UTC).</summary>
    public required DateTimeOffset SavedAt { get; init; }

    /// <summary>Who; empty for a text that was found there.</summary>
    public string SavedBy { get; init; } = "";
}
