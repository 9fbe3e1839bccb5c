namespace LinboPortal.Core.Images;

/// <summary>Long work on an image, from the wish to its end. The row outlives the portal that works on it.</summary>
public sealed class ImageTask
{
    /// <summary>Key, UUIDv7; also the name of its directory.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>What is to be done.</summary>
    public required ImageTaskKind Kind { get; init; }

    /// <summary>Name of the image that it makes or changes.</summary>
    public required string Image { get; init; }

    /// <summary>The file that it is about: as the person's file is called for an upload, else the image's file.</summary>
    public string File { get; init; } = "";

    /// <summary>The image that it is made from; empty where that is <see cref="Image"/> itself.</summary>
    public string Source { get; init; } = "";

    /// <summary>The set that it is about; empty for the current one.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Where it stands.</summary>
    public ImageTaskState State { get; set; }

    /// <summary>Bytes that are done.</summary>
    public long Bytes { get; set; }

    /// <summary>Bytes of the file that is uploaded; 0 for other work.</summary>
    public long Length { get; init; }

    /// <summary>Bytes in all that there are to go through; 0 while nobody knows.</summary>
    public long Size { get; set; }

    /// <summary>User name of the person who wants it.</summary>
    public required string By { get; init; }

    /// <summary>When it was wanted (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the work began (UTC).</summary>
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>When it ended (UTC).</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>When an upload that does not go on is thrown away (UTC).</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>Why it failed.</summary>
    public ImageProblem Problem { get; set; }

    /// <summary>What the problem is about, for people who look closer.</summary>
    public string Detail { get; set; } = "";

    /// <summary>SHA-256 that the person says the file has, in hexadecimal; null where nothing was said.</summary>
    public string? Sha256 { get; set; }

    /// <summary>The .info that came with an upload; empty where there was none.</summary>
    public string Info { get; init; } = "";

    /// <summary>True where the file that it was made from goes once the result is verified.</summary>
    public bool RemovesSource { get; init; }

    /// <summary>Bytes that it added to the disk, less what it freed; 0 for work that shares blocks or only reads.</summary>
    public long Added { get; set; }

    /// <summary>True where somebody wants it to stop.</summary>
    public bool IsCancelled { get; set; }

    /// <summary>Until when the portal that works on it has it (UTC); another one goes on after that.</summary>
    public DateTimeOffset? LeasedUntil { get; set; }

    /// <summary>True once nothing more happens to it.</summary>
    public bool IsOver => State is ImageTaskState.Done or ImageTaskState.Failed or ImageTaskState.Cancelled;
}

/// <summary>What is done to an image.</summary>
public enum ImageTaskKind
{
    /// <summary>A file from a browser or program becomes the image.</summary>
    Upload,

    /// <summary>A second image with the same content.</summary>
    Duplicate,

    /// <summary>Another name, with all versions.</summary>
    Rename,

    /// <summary>What differs goes into the base.</summary>
    Merge,

    /// <summary>The image is written anew and compressed, without what is no longer used.</summary>
    Compact,

    /// <summary>The content is compared with its checksums.</summary>
    Verify,

    /// <summary>A .torrent is made.</summary>
    Torrent,

    /// <summary>A disk file of another format that lies with the image becomes its qcow2.</summary>
    Convert,
}

/// <summary>Where work on an image stands.</summary>
public enum ImageTaskState
{
    /// <summary>Bytes come in, or the rest of them is waited for.</summary>
    Receiving,

    /// <summary>Its turn has not come.</summary>
    Waiting,

    /// <summary>It is worked on.</summary>
    Running,

    /// <summary>Done.</summary>
    Done,

    /// <summary>Nothing was changed; the problem says why.</summary>
    Failed,

    /// <summary>A person stopped it; nothing was changed.</summary>
    Cancelled,
}
