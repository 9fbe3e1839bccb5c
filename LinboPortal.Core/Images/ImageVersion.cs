namespace LinboPortal.Core.Images;

/// <summary>One set of files of an image: the current one, or a former one below <c>backups</c>.</summary>
public sealed class ImageVersion
{
    /// <summary>The folder of the current set.</summary>
    public const string Current = "";

    /// <summary>Key, UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Key of the image.</summary>
    public required Guid ImageId { get; init; }

    /// <summary>Name of the directory below <c>backups</c>; empty for the current set.</summary>
    public required string Folder { get; set; }

    /// <summary>When the image was made (UTC): by its own .info, else by the directory's name, else by the file's time.</summary>
    public required DateTimeOffset MadeAt { get; set; }

    /// <summary>How it is: the worst of its files.</summary>
    public ImageState State { get; set; }

    /// <summary>What is wrong.</summary>
    public ImageProblem Problem { get; set; }

    /// <summary>Bytes of the image files.</summary>
    public long Size { get; set; }

    /// <summary>Bytes on the disk that deleting it would free.</summary>
    public long DiskSize { get; set; }

    /// <summary>True where no rule removes it.</summary>
    public bool Pinned { get; set; }

    /// <summary>What a person wrote about it.</summary>
    public string Note { get; set; } = "";

    /// <summary>The PC that uploaded it; empty where nobody knows.</summary>
    public string Host { get; set; } = "";

    /// <summary>Its image files.</summary>
    public List<ImageFile> Files { get; init; } = [];

    /// <summary>Concurrency token (PostgreSQL's xmin).</summary>
    public uint Version { get; init; }
}

/// <summary>A qcow2, qdiff or iso as last looked at.</summary>
public sealed class ImageFile
{
    /// <summary>Key, UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Key of the set.</summary>
    public required Guid VersionId { get; init; }

    /// <summary>For instance <c>win10.qcow2</c>; unique within the set.</summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    public required ImageFileKind Kind { get; init; }

    /// <summary>Bytes; 0 where only a .info is there.</summary>
    public long Size { get; set; }

    /// <summary>Bytes on the disk.</summary>
    public long DiskSize { get; set; }

    /// <summary>Last written (UTC).</summary>
    public DateTimeOffset ModifiedAt { get; set; }

    /// <summary>The .info's timestamp as it stands there; empty where there is none.</summary>
    public string Timestamp { get; set; } = "";

    /// <summary>The base's timestamp that a qdiff was made on, as it stands in its .info.</summary>
    public string BackingTimestamp { get; set; } = "";

    /// <summary>The partition that it was made of.</summary>
    public string Partition { get; set; } = "";

    /// <summary>Format as qemu-img says: <c>qcow2</c>, <c>raw</c>; empty while it was not looked at.</summary>
    public string Format { get; set; } = "";

    /// <summary>Bytes of the disk that it holds; null while unknown.</summary>
    public long? VirtualSize { get; set; }

    /// <summary>Size and time of the file when qemu-img looked at it; it is asked again once they differ.</summary>
    public string LookedAt { get; set; } = "";

    /// <summary>How it is.</summary>
    public ImageState State { get; set; }

    /// <summary>What is wrong.</summary>
    public ImageProblem Problem { get; set; }

    /// <summary>What the problem is about, for people who look closer.</summary>
    public string Detail { get; set; } = "";

    /// <summary>SHA-256 of the content in hexadecimal; null while it was never read whole.</summary>
    public string? Sha256 { get; set; }

    /// <summary>Size and time of the file that the sum belongs to.</summary>
    public string Sha256Of { get; set; } = "";

    /// <summary>When the content last had that sum (UTC).</summary>
    public DateTimeOffset? VerifiedAt { get; set; }
}
