using LinboPortal.Core.Images;

namespace LinboPortal.Infrastructure.Images.Tasks;

/// <summary>Which images there are in the tree, for who is about to name one.</summary>
public sealed class ImageFiles
{
    private readonly ImageFolders folders;
    private readonly ImageDirectoryReader reader;

    internal ImageFiles(ImageFolders folders, ImageDirectoryReader reader) => (this.folders, this.reader) = (folders, reader);

    /// <summary>True where there is an image of that name.</summary>
    public bool IsThere(string image) => ImageName.TryParse(image, out var name) && Directory.Exists(folders.Of(name));

    /// <summary>Disk files of other formats that lie with an image.</summary>
    public IReadOnlyList<ForeignDisk> DisksOf(string image) => ImageName.TryParse(image, out var name) ? reader.ReadDisks(name) : [];
}
