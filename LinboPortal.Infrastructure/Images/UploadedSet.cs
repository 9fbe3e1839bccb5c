using System.Diagnostics.CodeAnalysis;
using System.Net;
using LinboPortal.Core.Images;

namespace LinboPortal.Infrastructure.Images;

/// <summary>A whole set that waits to be taken in: a directory <c>image,number,client</c> with what came of one upload.</summary>
/// <param name="Path">The directory.</param>
/// <param name="Part">The image's file.</param>
/// <param name="Client">Who sent it.</param>
internal sealed record UploadedSet(string Path, ImagePart Part, IPAddress Client)
{
    /// <summary>Reads a directory; false where it is none of the hook's.</summary>
    public static bool TryRead(string directory, [NotNullWhen(true)] out UploadedSet? set)
    {
        set = null;
        if (System.IO.Path.GetFileName(directory).Split(',') is not [var name, _, var address] || !ImageName.TryParse(name, out var image)
            || !IPAddress.TryParse(address, out var client))
            return false;
        var part = Directory.EnumerateFileSystemEntries(directory).Select(f => ImagePart.TryParse(System.IO.Path.GetFileName(f), out var p) ? p : null)
            .FirstOrDefault(p => p is { IsImage: true } && p.Image == image);
        if (part is not null)
            set = new UploadedSet(directory, part, client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client);
        return set is not null;
    }

    /// <summary>The sets that wait, oldest first.</summary>
    public static IEnumerable<string> Directories(UploadFolders folders) =>
        Directory.GetDirectories(folders.Sets).Where(d => System.IO.Path.GetFileName(d)[0] != '.').OrderBy(OrderOf, StringComparer.Ordinal);

    private static string OrderOf(string directory) => System.IO.Path.GetFileName(directory).Split(',') is [_, var order, ..] ? order : "";
}
