using LinboPortal.Infrastructure.LinboTree;

namespace LinboPortal.Infrastructure.Images;

/// <summary>Which upload the file of an image is of: only what belongs to that upload may lie beside it.</summary>
internal static class ImageOrigin
{
    /// <summary>Says that a file that has just been put in its place came with an upload; a directory that is none's makes it nobody's.</summary>
    public static void Write(UploadFolders folders, string image, string source)
    {
        var record = Path.Combine(folders.Origins, Path.GetFileName(image));
        if (Path.GetDirectoryName(source) == folders.Sets && Path.GetFileName(source).Split(',') is [_, var number, _] && Of(image, number) is { } text)
            AtomicFile.Write(record, text, AtomicFile.Private);
        else
            File.Delete(record);
    }

    /// <summary>True where a file is of an upload, and still the one that came with it.</summary>
    public static bool IsOf(UploadFolders folders, string image, string number)
    {
        var record = Path.Combine(folders.Origins, Path.GetFileName(image));
        return File.Exists(record) && Of(image, number) is { } text && File.ReadAllText(record) == text;
    }

    private static string? Of(string image, string number) => FileFacts.Read(image, followLinks: false) is { } facts ? $"{number} {facts.Identity} {facts.Key}" : null;
}
