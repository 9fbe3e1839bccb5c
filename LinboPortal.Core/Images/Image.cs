namespace LinboPortal.Core.Images;

/// <summary>An image as the tree has it: the directory <c>images/&lt;name&gt;</c>. The files are the truth; rows are found again by a scan.</summary>
public sealed class Image
{
    /// <summary>Key, UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The name; unique.</summary>
    public required string Name { get; set; }

    /// <summary>How the current set is.</summary>
    public ImageState State { get; set; }

    /// <summary>The worst that is wrong with the current set.</summary>
    public ImageProblem Problem { get; set; }

    /// <summary>Bytes of the image files of the current set.</summary>
    public long Size { get; set; }

    /// <summary>Bytes on the disk of all that the directory holds; what versions share counts once.</summary>
    public long DiskSize { get; set; }

    /// <summary>When the current base was made (UTC); null where nothing tells.</summary>
    public DateTimeOffset? MadeAt { get; set; }

    /// <summary>Versions that are always kept, newest first; null = no such rule, and where both are null the portal's.</summary>
    public int? KeepLast { get; set; }

    /// <summary>Age in days up to which versions are kept; null as with the number.</summary>
    public int? KeepDays { get; set; }

    /// <summary>The sets: the current one, which has no folder, and the former ones.</summary>
    public List<ImageVersion> Versions { get; init; } = [];

    /// <summary>Concurrency token (PostgreSQL's xmin).</summary>
    public uint Version { get; init; }
}

/// <summary>How a set of files is.</summary>
public enum ImageState
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Something is missing: the image or its .info.</summary>
    Incomplete,

    /// <summary>The files contradict each other or cannot be read: clients cannot use it.</summary>
    Broken,

    /// <summary>The content is no longer what was taken in.</summary>
    Damaged,
}

/// <summary>What is wrong with an image, or why an upload was not taken.</summary>
public enum ImageProblem
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>There is no .info.</summary>
    NoInfo,

    /// <summary>There is no image file.</summary>
    NoImage,

    /// <summary>The .info cannot be read, or lacks timestamp or size.</summary>
    InfoUnreadable,

    /// <summary>The .info names another image.</summary>
    InfoOfOther,

    /// <summary>The file has not the size that the .info says.</summary>
    SizeDiffers,

    /// <summary>Not the format that the ending says.</summary>
    WrongFormat,

    /// <summary>It refers to files outside of itself.</summary>
    RefersElsewhere,

    /// <summary>The format's own check found errors.</summary>
    CheckFailed,

    /// <summary>The qdiff was made on another base.</summary>
    QdiffOfOtherBase,

    /// <summary>The SHA-256 sum is another one than at intake.</summary>
    ChecksumDiffers,

    /// <summary>The file cannot be read.</summary>
    Unreadable,

    /// <summary>Another PC uploads the same image.</summary>
    Locked,

    /// <summary>It does not fit on the disk.</summary>
    NoSpace,

    /// <summary>The connection ended before the file did.</summary>
    Aborted,

    /// <summary>The image came, its .info did not.</summary>
    InfoNeverCame,

    /// <summary>A name that is no file of an image.</summary>
    BadName,

    /// <summary>A fault of the server's.</summary>
    ServerFault,

    /// <summary>The image was changed while it was worked on.</summary>
    Changed,

    /// <summary>There is a disk file, of a format that LINBO does not know.</summary>
    NotForLinbo,

    /// <summary>The PC gave another password than the portal's.</summary>
    WrongPassword,

    /// <summary>The sender's address is no registered PC's.</summary>
    NotRegistered,

    /// <summary>No job of that PC uploads the image, and no time for uploads at PCs is open.</summary>
    NotPermitted,

    /// <summary>The content is encrypted; LINBO cannot use it.</summary>
    Encrypted,
}
