using LinboPortal.Core.Images;

namespace LinboPortal.Infrastructure.Images;

/// <summary>Where images lie in the tree (linbo.md 7), and where their uploads wait.</summary>
/// <param name="tree">The tree.</param>
internal sealed class ImageFolders(LinboTree.LinboTree tree)
{
    /// <summary>Directory of the former sets within an image's directory.</summary>
    public const string BackupsName = "backups";

    /// <summary>All images.</summary>
    public string Root { get; } = tree.PathOf("images");

    /// <summary>An image's directory.</summary>
    public string Of(ImageName image) => Path.Combine(Root, image.Value);

    /// <summary>The directory of the former sets.</summary>
    public string BackupsOf(ImageName image) => Path.Combine(Of(image), BackupsName);

    /// <summary>The directory of a set.</summary>
    /// <param name="image">The image.</param>
    /// <param name="folder">As in <see cref="ImageVersion.Folder"/>; a name that was found on the disk.</param>
    public string Of(ImageName image, string folder) => folder.Length == 0 ? Of(image) : Path.Combine(BackupsOf(image), folder);

    /// <summary>The images that have a directory. Hidden ones are uploads and our own work.</summary>
    public IEnumerable<ImageName> Names()
    {
        if (!Directory.Exists(Root))
            yield break;
        foreach (var directory in Directory.EnumerateDirectories(Root))
        {
            if (ImageName.TryParse(Path.GetFileName(directory), out var name))
                yield return name;
        }
    }
}
