using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>
/// <c>linbo64.md5</c> and <c>linbofs64.md5</c>: 32 bare digits and a line feed, which clients compare before they load LINBO into their cache
/// (linbo.md 3.2). Computed anew only where size or time of the file changed.
/// </summary>
internal static class TreeChecksums
{
    /// <summary>Brings the checksums up to date.</summary>
    /// <returns>How many were written.</returns>
    public static async Task<int> UpdateAsync(LinboTree tree, TreeManifest manifest, CancellationToken ct)
    {
        var written = 0;
        foreach (var name in LinboFilesHealth.Needed)
        {
            if (await UpdateAsync(tree, manifest, name, ct))
                written++;
        }

        return written;
    }

    private static async Task<bool> UpdateAsync(LinboTree tree, TreeManifest manifest, string name, CancellationToken ct)
    {
        var checksum = name + ".md5";
        if (!tree.TryResolveServable(name, out var file) || Stamp(file) is not { } stamp)
            return false;
        var known = manifest.LastWritten(checksum);
        var hash = known?.StartsWith(stamp, StringComparison.Ordinal) == true ? known[stamp.Length..] : await HashAsync(file, ct);
        // Somebody is still copying it: the next look finds it complete.
        if (Stamp(file) != stamp)
            return false;
        manifest.Settle(checksum, stamp + hash);
        if (TreeOnDisk.At(tree.PathOf(checksum)) is TreeOnDisk.File found && Encoding.UTF8.GetString(found.Content) == hash + "\n")
            return false;
        AtomicFile.Write(tree.PathOf(checksum), hash + "\n");
        return true;
    }

    private static string? Stamp(string file) => new FileInfo(file) is { Exists: true, Length: > 0 } info
        ? string.Create(CultureInfo.InvariantCulture, $"md5:{info.Length}:{info.LastWriteTimeUtc.Ticks}:")
        : null;

    private static async Task<string> HashAsync(string file, CancellationToken ct)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, useAsync: true);
#pragma warning disable CA5351 // The clients of LINBO compare MD5; it guards against broken transfers, not against forgers.
        return Convert.ToHexStringLower(await MD5.HashDataAsync(stream, ct));
#pragma warning restore CA5351
    }
}
