using System.Diagnostics.CodeAnalysis;

namespace LinboPortal.Core.Images;

/// <summary>A file that belongs to an image, by its name: <c>win10.qcow2</c>, <c>win10.qdiff.info</c>, <c>win10.postsync</c>.</summary>
/// <param name="Image">The image.</param>
/// <param name="Kind">The image's file that it is, or is about; null where it is about the image as a whole.</param>
/// <param name="Sidecar">What it tells; null for the image's file itself.</param>
public sealed record ImagePart(ImageName Image, ImageFileKind? Kind, ImageSidecar? Sidecar)
{
    /// <summary>True for the qcow2, qdiff or iso itself.</summary>
    public bool IsImage => Sidecar is null;

    /// <summary>Name of the image's file that it is or is about; null where it is about the image as a whole.</summary>
    public string? FileName => Kind is { } kind ? $"{Image}.{kind.Ending()}" : null;

    /// <summary>Reads the name of a file, without directories.</summary>
    public static bool TryParse(string fileName, [NotNullWhen(true)] out ImagePart? part)
    {
        part = null;
        var dot = fileName.LastIndexOf('.');
        if (dot <= 0)
            return false;
        var (stem, ending) = (fileName[..dot], fileName[(dot + 1)..]);
        if (ImageFileKinds.TryParse(ending, out var kind))
        {
            part = ImageName.TryParse(stem, out var image) ? new ImagePart(image, kind, null) : null;
            return part is not null;
        }

        if (ImageSidecar.Find(ending) is not { } sidecar)
            return false;
        if (sidecar.IsOfFile && TryParse(stem, out var about) && about.IsImage)
            part = about with { Sidecar = sidecar };
        else if (sidecar.IsOfName && ImageName.TryParse(stem, out var whole))
            part = new ImagePart(whole, null, sidecar);
        return part is not null;
    }

    /// <summary>Reads the path that a client sends: <c>images/win10/win10.qcow2</c>. The directory must be the image's own.</summary>
    public static bool TryParsePath(string path, [NotNullWhen(true)] out ImagePart? part)
    {
        part = path.Split('/', StringSplitOptions.RemoveEmptyEntries) is ["images", var directory, var file] && TryParse(file, out var read)
            && directory == read.Image.Value ? read : null;
        return part is not null;
    }

    /// <summary>The file's name.</summary>
    public override string ToString() => Sidecar is null ? FileName! : $"{FileName ?? Image.Value}.{Sidecar.Ending}";
}
