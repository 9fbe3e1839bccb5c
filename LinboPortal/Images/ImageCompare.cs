using LinboPortal.Core.Accounts;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Images;

namespace LinboPortal.Images;

/// <summary>A file of both versions, or of one.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Old">In the one version.</param>
/// <param name="New">In the other one.</param>
internal sealed record ComparedFile(string Name, ImageFile? Old, ImageFile? New)
{
    /// <summary>True for the same content; null where a checksum is missing.</summary>
    public bool? IsSame => Old is null || New is null || Old.Size != New.Size ? false
        : Old.Sha256 is { } a && New.Sha256 is { } b ? a == b : null;
}

/// <summary>A small file of both versions, or of one; null where it is missing.</summary>
internal sealed record ComparedText(string Name, string? Old, string? New);

/// <summary>Two versions side by side.</summary>
internal sealed record ImageComparison(ImageVersion Old, ImageVersion New, IReadOnlyList<ComparedFile> Files, IReadOnlyList<ComparedText> Texts);

/// <summary>Compares two versions of an image: their files, who made them, their small files line by line.</summary>
internal sealed class ImageCompare(ImageList list, ImageStore store)
{
    private static readonly ImageSidecar[] OfFile = [ImageSidecar.Info, ImageSidecar.Desc, ImageSidecar.Registry, ImageSidecar.Postsync, ImageSidecar.Vdi];
    private static readonly ImageSidecar[] OfName = [ImageSidecar.Registry, ImageSidecar.Postsync, ImageSidecar.Prestart, ImageSidecar.DriverPostsync];

    /// <summary>The comparison; null where one is not there, or not for this person.</summary>
    public async Task<ImageComparison?> ReadAsync(Person person, string image, string old, string @new, CancellationToken ct)
    {
        if (!ImageName.TryParse(image, out var name) || await list.FindAsync(person, image, ct) is not { } sight)
            return null;
        return Find(sight, old) is { } a && Find(sight, @new) is { } b ? Of(name, a, b) : null;
    }

    /// <summary>Compares two versions that were read.</summary>
    public ImageComparison Of(ImageName image, ImageVersion old, ImageVersion @new)
    {
        var kinds = old.Files.Concat(@new.Files).Select(f => f.Kind).Distinct().Order().ToList();
        var parts = OfName.Select(s => new ImagePart(image, null, s)).Concat(kinds.SelectMany(k => OfFile.Select(s => new ImagePart(image, k, s))));
        return new ImageComparison(
            old, @new,
            [.. kinds.Select(k => new ComparedFile($"{image}.{k.Ending()}", old.Files.Find(f => f.Kind == k), @new.Files.Find(f => f.Kind == k)))],
            [.. parts.Select(p => new ComparedText(p.ToString(), store.ReadSidecar(p, old.Folder), store.ReadSidecar(p, @new.Folder))).Where(t => t is not (_, null, null))]);
    }

    private static ImageVersion? Find(ImageSight sight, string folder) => sight.Versions.FirstOrDefault(v => v.Folder == folder);
}
