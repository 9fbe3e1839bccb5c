using LinboPortal.Core.Images;

namespace LinboPortal.Infrastructure.Images;

/// <summary>Finds image files that lie in the tree under names or at places that LINBO cannot use.</summary>
public sealed class UnusableFiles(LinboTree.LinboTree tree)
{
    private const string Images = "images";
    private const string Parked = "tmp"; // where linuxmuster.net puts images that are being replaced
    private const string LiveSystem = ".iso"; // linbo.iso and others lie in the root
    private static readonly EnumerationOptions All = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = true };
    private static readonly string[] Endings = ["qcow2", "qdiff", "cloop", "rsync", "iso"];

    /// <summary>All of them, by path.</summary>
    public IReadOnlyList<UnusableFile> Read()
    {
        List<UnusableFile> found = [];
        Look("", name => name.EndsWith(LiveSystem, StringComparison.OrdinalIgnoreCase) ? null : (UnusableReason.OldPlace, Place(name)), found);
        Look(Images, name => (UnusableReason.NoDirectory, Place(name)), found);
        var root = new DirectoryInfo(tree.PathOf(Images));
        foreach (var directory in root.Exists ? root.EnumerateDirectories("*", All).Where(d => d.Name[0] != '.' && d.Name != Parked) : [])
            Look($"{Images}/{directory.Name}", name => Judge(directory.Name, name), found);
        return [.. found.OrderBy(f => f.Path, StringComparer.Ordinal)];
    }

    private static (UnusableReason, string)? Judge(string directory, string name)
    {
        var (stem, ending) = Split(name);
        if (!ImageName.TryParse(directory, out var image))
            return (UnusableReason.BadName, Place(Plain(directory) + "." + ending.ToLowerInvariant()));
        if (ImagePart.TryParse(name, out var part) && part.Image == image)
            return null;
        if (!ImageFileKinds.TryParse(ending.ToLowerInvariant(), out _))
            return (UnusableReason.OldFormat, "");
        var wanted = Place($"{image}.{ending.ToLowerInvariant()}");
        return stem == image.Value ? (UnusableReason.BadEnding, wanted) : (UnusableReason.OtherName, ImageName.TryParse(stem, out _) ? Place($"{stem}.{ending.ToLowerInvariant()}") : wanted);
    }

    private void Look(string place, Func<string, (UnusableReason Reason, string Wanted)?> judge, List<UnusableFile> found)
    {
        var directory = new DirectoryInfo(tree.PathOf(place));
        if (!directory.Exists)
            return;
        foreach (var name in directory.EnumerateFiles("*", All).Select(f => f.Name).Where(n => n[0] != '.'))
        {
            if (place.Length == 0 && name.EndsWith("." + ImageSidecar.MachineAccount, StringComparison.OrdinalIgnoreCase))
                ImageDirectoryReader.Close(Path.Combine(directory.FullName, name));
            if (!Endings.Contains(Split(name).Ending, StringComparer.OrdinalIgnoreCase) || judge(name) is not { } judged
                || FileFacts.Read(Path.Combine(directory.FullName, name)) is not { IsRegular: true } facts)
                continue;
            var isOldFormat = Split(name).Ending.ToLowerInvariant() is "cloop" or "rsync";
            found.Add(new UnusableFile(
                place.Length == 0 ? name : $"{place}/{name}", isOldFormat ? UnusableReason.OldFormat : judged.Reason, isOldFormat ? "" : judged.Wanted, facts.Size, facts.DiskSize, facts.ModifiedAt));
        }
    }

    private static (string Stem, string Ending) Split(string name)
    {
        var dot = name.LastIndexOf('.');
        return dot < 0 ? (name, "") : (name[..dot], name[(dot + 1)..]);
    }

    /// <summary>Where LINBO looks for a file of that name; empty where the name is none of an image's.</summary>
    private static string Place(string name)
    {
        var (stem, ending) = Split(name);
        var image = ImageName.TryParse(stem, out var good) ? good.Value : Plain(stem);
        return image.Length == 0 ? "" : $"{Images}/{image}/{image}.{ending.ToLowerInvariant()}";
    }

    /// <summary>A name that LINBO can use, as near as possible.</summary>
    private static string Plain(string name)
    {
        var text = name.Replace("ä", "ae", StringComparison.Ordinal).Replace("ö", "oe", StringComparison.Ordinal).Replace("ü", "ue", StringComparison.Ordinal)
            .Replace("Ä", "Ae", StringComparison.Ordinal).Replace("Ö", "Oe", StringComparison.Ordinal).Replace("Ü", "Ue", StringComparison.Ordinal).Replace("ß", "ss", StringComparison.Ordinal);
        var plain = string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' ? c : '_')).Trim('.', '-');
        return ImageName.TryParse(plain, out var good) ? good.Value : "";
    }
}
