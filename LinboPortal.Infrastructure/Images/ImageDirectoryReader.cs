using LinboPortal.Core.Images;

namespace LinboPortal.Infrastructure.Images;

/// <summary>Reads images from the disk. What cannot be read is a verdict and never an exception.</summary>
/// <param name="folders">Where they lie.</param>
/// <param name="zone">The school's time, in which LINBO writes timestamps.</param>
internal sealed class ImageDirectoryReader(ImageFolders folders, TimeZoneInfo zone)
{
    private static readonly EnumerationOptions All = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = true };

    /// <summary>The image; null where the directory holds nothing of one.</summary>
    public FoundImage? Read(ImageName image)
    {
        List<FoundSet> sets = [];
        if (ReadSet(image, ImageVersion.Current) is { } current)
            sets.Add(current);
        var backups = new DirectoryInfo(folders.BackupsOf(image));
        if (backups.Exists)
            sets.AddRange(backups.EnumerateDirectories("*", All).Where(d => d.Name[0] != '.').Select(d => ReadSet(image, d.Name)).OfType<FoundSet>());
        var disks = ReadDisks(image);
        return sets.Count + disks.Count == 0 ? null : new FoundImage(image, sets, disks);
    }

    /// <summary>The disk files of other formats that lie with the image.</summary>
    public IReadOnlyList<ForeignDisk> ReadDisks(ImageName image)
    {
        var directory = new DirectoryInfo(folders.Of(image));
        return !directory.Exists ? [] :
        [
            .. from file in directory.EnumerateFiles("*", All)
               where file.Name[0] != '.'
               let source = ImageSource.TryParse(file.Name, out var read) ? read : null
               where source is { IsConverted: true }
               let facts = FileFacts.Read(file.FullName, followLinks: false)
               where facts is { IsRegular: true }
               orderby file.Name
               select new ForeignDisk(file.Name, source.Format, facts.Size, facts.DiskSize, facts.ModifiedAt, RefersElsewhere(file.FullName, source.Format))
        ];
    }

    /// <summary>True where qemu would open other files than this one.</summary>
    internal static bool RefersElsewhere(string path, string format) => format == "vmdk" && !VmdkHeader.HoldsDisk(ReadStart(path, VmdkHeader.Length));

    /// <summary>The set; null where the directory holds no file of an image.</summary>
    public FoundSet? ReadSet(ImageName image, string folder)
    {
        var directory = new DirectoryInfo(folders.Of(image, folder));
        if (!directory.Exists)
            return null;
        Dictionary<ImageFileKind, FileFacts?> files = [];
        List<FileFacts> everything = [];
        foreach (var name in directory.EnumerateFiles("*", All).Select(f => f.Name))
        {
            if (FileFacts.Read(Path.Combine(directory.FullName, name)) is not { IsRegular: true } facts)
                continue;
            everything.Add(facts);
            if (name.EndsWith("." + ImageSidecar.MachineAccount, StringComparison.OrdinalIgnoreCase))
                Close(Path.Combine(directory.FullName, name));
            if (!ImagePart.TryParse(name, out var part) || part.Image != image || part.Kind is not { } kind)
                continue;
            if (part.IsImage)
                files[kind] = facts;
            else if (part.Sidecar == ImageSidecar.Info)
                files.TryAdd(kind, null);
        }

        return files.Count == 0 ? null : Make(image, folder, directory.FullName, files, everything);
    }

    /// <summary>It holds the password of a machine: whoever put it there, nobody else is to read it.</summary>
    internal static void Close(string path)
    {
        try
        {
            if (File.GetUnixFileMode(path) != LinboTree.AtomicFile.Private)
                File.SetUnixFileMode(path, LinboTree.AtomicFile.Private);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not ours: rsync and HTTP hand it out no more than others.
        }
    }

    private FoundSet Make(
        ImageName image, string folder, string directory, Dictionary<ImageFileKind, FileFacts?> files, List<FileFacts> everything)
    {
        var seen = files.OrderBy(f => f.Key).Select(f => (Facts: f.Value, File: See(image, f.Key, directory, f.Value))).ToList();
        var baseInfo = seen.Find(s => s.File.Kind == ImageFileKind.Qcow2).File?.Info;
        FoundFile[] found = [.. seen.Select(s => new FoundFile(s.File, s.Facts, ImageVerdict.Of(s.File, baseInfo)))];
        return new FoundSet(folder, MadeAt(folder, found), OwnBytes(everything), found);
    }

    private static SeenImageFile See(ImageName image, ImageFileKind kind, string directory, FileFacts? facts)
    {
        var path = Path.Combine(directory, $"{image}.{kind.Ending()}");
        var info = ReadStart($"{path}.{ImageSidecar.Info.Ending}", ImageInfo.MaxLength);
        var header = facts is not null && kind != ImageFileKind.Iso && ReadStart(path, Qcow2Header.Length) is { } bytes
            && Qcow2Header.TryRead(bytes, out var read) ? read : null;
        return new SeenImageFile(image, kind, facts?.Size, info is null ? null : ImageInfo.Read(info), header);
    }

    /// <summary>The beginning of a file; null where there is none or it cannot be read.</summary>
    internal static byte[]? ReadStart(string path, int length)
    {
        try
        {
            using var file = File.OpenHandle(path);
            var buffer = new byte[(int)Math.Min(length, RandomAccess.GetLength(file))];
            return buffer[..RandomAccess.Read(file, buffer, 0)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Its own .info knows best; linuxmuster.net names a directory after the set that came next.
    private DateTimeOffset MadeAt(string folder, FoundFile[] files)
    {
        foreach (var text in files.Select(f => f.Seen.Info?.Timestamp).Append(folder))
        {
            if (ImageTimestamp.TryParse(text, out var made))
                return made.In(zone);
        }

        return files.Select(f => f.Facts?.ModifiedAt).OfType<DateTimeOffset>().DefaultIfEmpty(DateTimeOffset.UnixEpoch).Min();
    }

    /// <summary>Bytes that go with the directory: a file that has a name elsewhere too stays.</summary>
    private static long OwnBytes(List<FileFacts> files) =>
        files.GroupBy(f => f.Identity).Where(same => same.First().Links == same.Count()).Sum(same => same.First().DiskSize);
}
