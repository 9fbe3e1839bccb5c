using System.Net;
using LinboPortal.Core.Images;

namespace LinboPortal.Infrastructure.Images;

/// <summary>
/// Brings uploads from what the hook left on to whole sets: what belongs to one upload lies in one directory from its first byte on, so that nothing
/// of another one is ever put with it. The caller keeps the hooks away.
/// </summary>
internal sealed class UploadSeries(UploadFolders folders, TimeProvider time)
{
    /// <summary>How long a hook may take to see to its file: after that it was killed.</summary>
    private static readonly TimeSpan HookTime = TimeSpan.FromSeconds(2);

    /// <summary>How long an image waits for its .info.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    /// <summary>Makes sets of the uploads whose image and .info are there.</summary>
    /// <returns>Images that waited in vain for their .info, with who sent them; they are gone.</returns>
    public IReadOnlyList<(ImagePart Part, IPAddress Client)> Advance()
    {
        List<(ImagePart, IPAddress)> vain = [];
        foreach (var directory in Directory.GetDirectories(folders.In + "/images"))
            Settle(directory);
        foreach (var directory in Directory.GetDirectories(folders.Series).Where(d => Path.GetFileName(d)[0] != '.'))
        {
            if (Path.GetFileName(directory).Split(',') is not [var file, var number, var client] || !ImagePart.TryParse(file, out var part) || !part.IsImage)
                folders.Discard(directory);
            else if (File.Exists(Path.Combine(directory, file)) && File.Exists(Path.Combine(directory, $"{file}.{ImageSidecar.Info}")))
                Directory.Move(directory, Path.Combine(folders.Sets, $"{part.Image},{number},{client}"));
            else if (IsOld(directory, file) && GiveUp(directory, file) && IPAddress.TryParse(client, out var address))
                vain.Add((part, address));
        }

        return vain;
    }

    /// <summary>A file that came whole although its hook was killed goes to its upload, as the hook would have put it there.</summary>
    private void Settle(string directory)
    {
        var image = Path.GetFileName(directory);
        var record = Path.Combine(folders.Locks, image);
        if (!File.Exists(record) || UploadTransfer.Read(record) is not { } transfer)
            return;
        var file = Path.Combine(directory, transfer.File);
        if (FileFacts.Read(file, followLinks: false) is not { } facts || !transfer.IsWhole(facts) || (time.GetUtcNow() - facts.ChangedAt).Duration() < HookTime)
            return;
        var series = Path.Combine(folders.Series, $"{transfer.Image},{transfer.Number},{transfer.Client}");
        if (!Directory.Exists(series))
        {
            // It was given up for a newer one.
            if (transfer.File == transfer.Image || transfer.File == $"{transfer.Image}.{ImageSidecar.Info}")
                return;
            series = Directory.CreateDirectory(Path.Combine(folders.Late, $"{image},{transfer.Number},{transfer.Client}")).FullName;
        }

        File.Move(file, Path.Combine(series, transfer.File), overwrite: true);
    }

    private bool IsOld(string directory, string file) =>
        (FileFacts.Read(Path.Combine(directory, file), followLinks: false) ?? FileFacts.Read(directory)) is { } facts && time.GetUtcNow() - facts.ChangedAt > Patience;

    /// <returns>True where an image was there.</returns>
    private bool GiveUp(string directory, string file)
    {
        var hadImage = File.Exists(Path.Combine(directory, file));
        folders.Discard(directory);
        return hadImage;
    }
}
