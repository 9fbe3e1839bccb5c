using LinboPortal.Core.Images;

namespace LinboPortal.Infrastructure.Images.Tasks;

/// <summary>Which images there are in the tree, for who is about to name one.</summary>
public sealed class ImageFiles
{
    private readonly ImageFolders folders;

    internal ImageFiles(ImageFolders folders) => this.folders = folders;

    /// <summary>True where there is an image of that name.</summary>
    public bool IsThere(string image) => ImageName.TryParse(image, out var name) && Directory.Exists(folders.Of(name));
}
