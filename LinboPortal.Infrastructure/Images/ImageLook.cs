using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Images;

/// <summary>Has qemu-img look at the files that are new or changed since it last did; two at a time, so that a large tree does not load the server.</summary>
internal sealed class ImageLook(IDbContextFactory<PortalDb> databases, ImageFolders folders, QemuImg qemu)
{
    /// <summary>In place of a format: qemu-img cannot read it.</summary>
    public const string Unreadable = "?";

    private const int AtOnce = 2;
    private const int Batch = 200;

    private sealed record Pending(Guid Id, string Image, string Folder, string Name, ImageFileKind Kind);

    /// <summary>Looks at what waits.</summary>
    /// <returns>Names of the images of which something bad was seen: they are to be judged again.</returns>
    public async Task<IReadOnlyCollection<string>> RunAsync(CancellationToken ct)
    {
        HashSet<string> bad = new(StringComparer.Ordinal);
        if (qemu.Program is null)
            return bad;
        while (await NextAsync(ct) is { Count: > 0 } pending)
        {
            await Parallel.ForEachAsync(pending, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (file, stop) =>
            {
                if (await LookAsync(file, stop))
                    return;
                lock (bad)
                    bad.Add(file.Image);
            });
            if (pending.Count < Batch)
                break;
        }

        return bad;
    }

    private async Task<List<Pending>> NextAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.ImageFiles
            .Where(f => f.LookedAt == "" && f.Size > 0 && f.Problem != ImageProblem.RefersElsewhere && f.Problem != ImageProblem.WrongFormat)
            .Join(db.ImageVersions, f => f.VersionId, v => v.Id, (f, v) => new { f, v })
            .Join(db.Images, x => x.v.ImageId, i => i.Id, (x, i) => new Pending(x.f.Id, i.Name, x.v.Folder, x.f.Name, x.f.Kind))
            .Take(Batch).ToListAsync(ct);
    }

    private async Task<bool> LookAsync(Pending file, CancellationToken ct)
    {
        if (!ImageName.TryParse(file.Image, out var image))
            return true;
        var path = Path.Combine(folders.Of(image, file.Folder), file.Name);
        var key = FileFacts.Read(path)?.Key ?? "-";
        var (info, reason) = await qemu.InfoAsync(path, file.Kind, ct);
        var (format, size) = info is null ? (Unreadable, (long?)null) : (info.Format, info.VirtualSize);
        await using var db = await databases.CreateDbContextAsync(ct);
        await db.ImageFiles.Where(f => f.Id == file.Id).ExecuteUpdateAsync(
            f => f.SetProperty(x => x.LookedAt, key).SetProperty(x => x.Format, format).SetProperty(x => x.VirtualSize, size).SetProperty(x => x.Detail, reason), ct);
        return info is not null;
    }
}
