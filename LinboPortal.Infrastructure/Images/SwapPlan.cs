using System.Text.Json;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.LinboTree;

namespace LinboPortal.Infrastructure.Images;

/// <summary>What is to be done to an image's files, written down before it is begun: a portal that dies in between finishes it at its next start.</summary>
internal sealed record SwapPlan
{
    /// <summary>The image.</summary>
    public required string Image { get; init; }

    /// <summary>Directory that the new files come from; it is gone afterwards.</summary>
    public required string Source { get; init; }

    /// <summary>The new files in the order in which they are put in; the .info that makes the image whole is the last.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Name of the version that the former set becomes; empty where there is none.</summary>
    public required string Folder { get; init; }

    /// <summary>Former files that go to the version and away from the image.</summary>
    public required IReadOnlyList<string> Leaving { get; init; }

    /// <summary>Small files that stay with the image and are copied to the version.</summary>
    public required IReadOnlyList<string> Copied { get; init; }

    /// <summary>True where the whole set is exchanged, and not its qdiff alone.</summary>
    public bool IsOfWhole => !Files[0].EndsWith("." + ImageFileKind.Qdiff.Ending(), StringComparison.Ordinal);

    /// <summary>True where something was begun with an image and not ended.</summary>
    public static bool IsOpen(UploadFolders folders, string image) => File.Exists(Path.Combine(folders.Journals, image + ".json"));

    public string JournalIn(UploadFolders folders) => Path.Combine(folders.Journals, Image + ".json");

    public void Write(UploadFolders folders) => AtomicFile.Write(JournalIn(folders), JsonSerializer.SerializeToUtf8Bytes(this), AtomicFile.Private);

    /// <summary>Plans that were begun and not ended.</summary>
    public static IEnumerable<SwapPlan> Left(UploadFolders folders) =>
        Directory.Exists(folders.Journals)
            ? Directory.GetFiles(folders.Journals, "*.json").Where(f => Path.GetFileName(f)[0] != '.').Select(f => JsonSerializer.Deserialize<SwapPlan>(File.ReadAllBytes(f))!)
                .Where(p => ImageName.TryParse(p.Image, out _))
            : [];
}
