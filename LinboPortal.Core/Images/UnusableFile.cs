namespace LinboPortal.Core.Images;

/// <summary>Why LINBO cannot use an image file where it lies.</summary>
public enum UnusableReason
{
    /// <summary>In the root of the tree, where LINBO before 4.1 had its images.</summary>
    OldPlace,

    /// <summary>In <c>images</c> itself, without a directory of its own.</summary>
    NoDirectory,

    /// <summary>The directory's name is none that LINBO can use: blanks, umlauts and other characters.</summary>
    BadName,

    /// <summary>The ending is written in capitals.</summary>
    BadEnding,

    /// <summary>The file is called otherwise than its directory.</summary>
    OtherName,

    /// <summary>A format that LINBO no longer reads.</summary>
    OldFormat,
}

/// <summary>An image file in the tree that LINBO cannot use, and that takes room.</summary>
/// <param name="Path">Below the root of the tree.</param>
/// <param name="Reason">Why.</param>
/// <param name="Wanted">Path that LINBO would look for; empty where nothing can be said.</param>
/// <param name="Size">Bytes.</param>
/// <param name="DiskSize">Bytes on the disk.</param>
/// <param name="ModifiedAt">Last written (UTC).</param>
public sealed record UnusableFile(string Path, UnusableReason Reason, string Wanted, long Size, long DiskSize, DateTimeOffset ModifiedAt);
