namespace LinboPortal.Core.Images;

/// <summary>What an image's file is.</summary>
public enum ImageFileKind
{
    /// <summary><c>.qcow2</c>: a whole partition.</summary>
    Qcow2,

    /// <summary><c>.qdiff</c>: what differs from the qcow2 of the same name; that one is its backing file.</summary>
    Qdiff,

    /// <summary><c>.iso</c>: a live system.</summary>
    Iso,
}

/// <summary>The endings of image files.</summary>
public static class ImageFileKinds
{
    /// <summary>The ending without a dot.</summary>
    public static string Ending(this ImageFileKind kind) => kind switch
    {
        ImageFileKind.Qcow2 => "qcow2",
        ImageFileKind.Qdiff => "qdiff",
        ImageFileKind.Iso => "iso",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>Reads an ending without its dot. Case counts, as it does for clients.</summary>
    public static bool TryParse(ReadOnlySpan<char> ending, out ImageFileKind kind)
    {
        ImageFileKind? found = ending switch
        {
            "qcow2" => ImageFileKind.Qcow2,
            "qdiff" => ImageFileKind.Qdiff,
            "iso" => ImageFileKind.Iso,
            _ => null,
        };
        kind = found.GetValueOrDefault();
        return found is not null;
    }
}
