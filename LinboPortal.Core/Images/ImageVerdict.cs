using System.Globalization;

namespace LinboPortal.Core.Images;

/// <summary>An image's file as it lies there.</summary>
/// <param name="Image">The image.</param>
/// <param name="Kind">What it is by its ending.</param>
/// <param name="Size">Bytes; null where only its .info is there.</param>
/// <param name="Info">Its .info; null where there is none.</param>
/// <param name="Header">Its header; null where it is none of qcow2.</param>
public sealed record SeenImageFile(ImageName Image, ImageFileKind Kind, long? Size, ImageInfo? Info, Qcow2Header? Header);

/// <summary>How a file is, and why.</summary>
/// <param name="State">How it is.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Detail">What the problem is about.</param>
public sealed record ImageVerdict(ImageState State, ImageProblem Problem, string Detail = "")
{
    /// <summary>Nothing is wrong.</summary>
    public static ImageVerdict Good { get; } = new(ImageState.Good, ImageProblem.None);

    /// <summary>Judges a file by what can be seen without reading it whole. The worst comes first.</summary>
    /// <param name="file">The file.</param>
    /// <param name="baseInfo">For a qdiff, the .info of the base beside it; null where there is none.</param>
    public static ImageVerdict Of(SeenImageFile file, ImageInfo? baseInfo)
    {
        var name = $"{file.Image}.{file.Kind.Ending()}";
        if (file.Size is not { } size)
            return new ImageVerdict(ImageState.Incomplete, ImageProblem.NoImage);
        if (OfContent(file) is { } broken)
            return broken;
        if (file.Info is not { } info)
            return new ImageVerdict(ImageState.Incomplete, ImageProblem.NoInfo);
        if (info.ImageSize is not { } expected)
            return new ImageVerdict(ImageState.Broken, ImageProblem.InfoUnreadable, "imagesize");
        if (info.Image.Length > 0 && info.Image != name)
            return new ImageVerdict(ImageState.Broken, ImageProblem.InfoOfOther, Short(info.Image));
        if (expected != size)
            return new ImageVerdict(ImageState.Broken, ImageProblem.SizeDiffers, string.Create(CultureInfo.InvariantCulture, $"{size} != {expected}"));
        return file.Kind == ImageFileKind.Qdiff && (baseInfo is null || !info.FitsOn(baseInfo))
            ? new ImageVerdict(ImageState.Broken, ImageProblem.QdiffOfOtherBase, Short($"{info.BackingTimestamp} != {baseInfo?.Timestamp}"))
            : Good;
    }

    /// <summary>What is wrong with the content alone; null where nothing is.</summary>
    public static ImageVerdict? OfContent(SeenImageFile file)
    {
        if (file.Kind == ImageFileKind.Iso)
            return null;
        if (file.Header is not { } header)
            return new ImageVerdict(ImageState.Broken, ImageProblem.WrongFormat);
        if (header.HasDataFile)
            return new ImageVerdict(ImageState.Broken, ImageProblem.RefersElsewhere);
        // Clients make a qdiff in their cache, so that a directory may stand before the base's name.
        var backing = header.BackingFile[(header.BackingFile.LastIndexOf('/') + 1)..];
        var expected = file.Kind == ImageFileKind.Qdiff ? $"{file.Image}.{ImageFileKind.Qcow2.Ending()}" : "";
        if (backing != expected)
            return new ImageVerdict(ImageState.Broken, ImageProblem.RefersElsewhere, Short(header.BackingFile));
        if (header.IsEncrypted)
            return new ImageVerdict(ImageState.Broken, ImageProblem.Encrypted);
        return header.IsMarkedCorrupt ? new ImageVerdict(ImageState.Broken, ImageProblem.CheckFailed, "corrupt") : null;
    }

    private static string Short(string text) => string.Concat(text.Take(200).Select(c => char.IsControl(c) ? '?' : c));
}
