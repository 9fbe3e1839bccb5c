using LinboPortal.Core.Images;

namespace LinboPortal.Infrastructure.Images;

/// <summary>An image as it lies in the tree.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Sets">The current set, where it has files, and the former ones.</param>
/// <param name="Disks">Disk files that are of no use to LINBO.</param>
internal sealed record FoundImage(ImageName Name, IReadOnlyList<FoundSet> Sets, IReadOnlyList<ForeignDisk> Disks);

/// <summary>A set of files.</summary>
/// <param name="Folder">Empty for the current one.</param>
/// <param name="MadeAt">When the image was made.</param>
/// <param name="DiskSize">Bytes on the disk that nothing else uses.</param>
/// <param name="Files">Its image files.</param>
internal sealed record FoundSet(string Folder, DateTimeOffset MadeAt, long DiskSize, IReadOnlyList<FoundFile> Files);

/// <summary>An image's file.</summary>
/// <param name="Seen">What can be seen of it.</param>
/// <param name="Facts">Of the file; null where only its .info is there.</param>
/// <param name="Verdict">How it is, without its content having been read.</param>
internal sealed record FoundFile(SeenImageFile Seen, FileFacts? Facts, ImageVerdict Verdict)
{
    public string Name => $"{Seen.Image}.{Seen.Kind.Ending()}";
}
