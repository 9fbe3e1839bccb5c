using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using LinboTree = LinboPortal.Infrastructure.LinboTree.LinboTree;

namespace LinboPortal.Jobs.Running;

/// <summary>
/// Clients say that an upload went well even where the server refused it (linbo.md 8.5). It is believed where the server has taken it in, or where
/// the file is there, made since, and as long as its <c>.info</c> says.
/// </summary>
internal sealed class UploadProof(IDbContextFactory<PortalDb> databases, LinboTree tree)
{
    /// <summary>True where the image that the PC began to send at that moment is on the server.</summary>
    /// <param name="host">Name of the PC.</param>
    /// <param name="image">File name of the image.</param>
    /// <param name="since">When the command was sent.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<bool> HasAsync(string host, string image, DateTimeOffset since, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Set<ImageUpload>().AnyAsync(u => u.Host == host && u.File == image && u.StartedAt >= since && u.State == UploadState.Taken, ct)
            || IsThere(image, since);
    }

    private bool IsThere(string image, DateTimeOffset since)
    {
        if (image != Path.GetFileName(image) || image.StartsWith('.'))
            return false;
        var file = new FileInfo(tree.PathOf(Path.Combine("images", Path.GetFileNameWithoutExtension(image), image)));
        var info = new FileInfo(file.FullName + ".info");
        // rsync keeps the image's own time, and makes a new file for each transfer.
        return file.Exists && info is { Exists: true, Length: <= ImageInfo.MaxLength } && file.CreationTimeUtc >= since.UtcDateTime
            && ImageInfo.Read(File.ReadAllBytes(info.FullName)).ImageSize == file.Length;
    }
}
