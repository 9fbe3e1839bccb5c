using System.Diagnostics.CodeAnalysis;

namespace LinboPortal.Core.Images;

/// <summary>A file that people have and an image can be made from.</summary>
/// <param name="Stem">Its name without the ending.</param>
/// <param name="Kind">What becomes of it.</param>
/// <param name="Format">The format as qemu calls it.</param>
public sealed record ImageSource(string Stem, ImageFileKind Kind, string Format)
{
    /// <summary>Longest file name that is taken.</summary>
    public const int MaxLength = 255;

    private static readonly Dictionary<string, (ImageFileKind Kind, string Format)> Endings = new(StringComparer.OrdinalIgnoreCase)
    {
        ["qcow2"] = (ImageFileKind.Qcow2, Qcow2),
        ["qdiff"] = (ImageFileKind.Qdiff, Qcow2),
        ["iso"] = (ImageFileKind.Iso, Raw),
        ["raw"] = (ImageFileKind.Qcow2, Raw),
        ["img"] = (ImageFileKind.Qcow2, Raw),
        ["vmdk"] = (ImageFileKind.Qcow2, "vmdk"),
        ["vhdx"] = (ImageFileKind.Qcow2, "vhdx"),
    };

    private const string Qcow2 = "qcow2";
    private const string Raw = "raw";

    /// <summary>Endings that are taken, without a dot.</summary>
    public static IReadOnlyCollection<string> AllEndings => Endings.Keys;

    /// <summary>True where it is written anew before it is an image.</summary>
    public bool IsConverted => Kind == ImageFileKind.Qcow2 && Format != Qcow2;

    /// <summary>Reads a file name; directories before it are cut off.</summary>
    public static bool TryParse([NotNullWhen(true)] string? fileName, [NotNullWhen(true)] out ImageSource? source)
    {
        source = null;
        if (fileName is null || fileName.Length > MaxLength || fileName.Any(char.IsControl))
            return false;
        var name = fileName[(fileName.LastIndexOfAny(['/', '\\']) + 1)..];
        var dot = name.LastIndexOf('.');
        if (dot <= 0 || !Endings.TryGetValue(name[(dot + 1)..], out var meant))
            return false;
        source = new ImageSource(name[..dot], meant.Kind, meant.Format);
        return true;
    }
}
