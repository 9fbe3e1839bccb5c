using LinboPortal.Core.Accounts;
using LinboPortal.Core.Images;
using LinboPortal.Hosts;
using LinboPortal.Infrastructure.Hosts;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Images;

/// <summary>Order of a list of images.</summary>
internal enum ImageSort
{
    Name,
    Size,
    Age,
    Problems,
}

/// <summary>Which images, in which order.</summary>
internal sealed record ImageQuery(string? Search = null, bool OnlyProblems = false, ImageSort Sort = ImageSort.Name, bool Descending = false, int Skip = 0, int Take = 50);

/// <summary>An image in a list.</summary>
internal sealed record ImageLine(
    Guid Id, string Name, ImageState State, ImageProblem Problem, long Size, long DiskSize, DateTimeOffset? MadeAt, int Versions, string Host,
    ImageUpload? LastUpload)
{
    public IReadOnlyList<ImageGroup> Groups { get; init; } = [];
}

/// <summary>A page of images.</summary>
internal sealed record ImageLines(IReadOnlyList<ImageLine> Lines, int Total, int Problems, long DiskSize);

/// <summary>A PC and what it has of an image.</summary>
public sealed record ImageHost(Guid Id, string Name, string Room, string File, string Timestamp, HostImageAction Action, DateTimeOffset At);

/// <summary>An image with all that is known of it.</summary>
public sealed record ImageSight(
    Image Image, IReadOnlyList<ImageVersion> Versions, IReadOnlyList<ImageGroup> Groups, IReadOnlyList<ImageHost> Hosts, IReadOnlyList<ImageUpload> Uploads);

/// <summary>Reads images. They belong to all schools; PCs are shown in the person's scope.</summary>
internal sealed class ImageList(IDbContextFactory<PortalDb> databases, ImageUse use)
{
    private const int MostHosts = 2000;
    private const int MostUploads = 10;

    public async Task<ImageLines> ReadAsync(Person person, ImageQuery query, CancellationToken ct)
    {
        if (!person.May(Permission.ImagesRead))
            return new ImageLines([], 0, 0, 0);
        await using var db = await databases.CreateDbContextAsync(ct);
        var images = db.Images.AsQueryable();
        if (query.Search?.Trim() is { Length: > 0 } search)
            images = images.Where(i => EF.Functions.ILike(i.Name, Like.Part(search), Like.Escape));
        var problems = await images.CountAsync(i => i.State != ImageState.Good, ct);
        var disk = await images.SumAsync(i => i.DiskSize, ct);
        if (query.OnlyProblems)
            images = images.Where(i => i.State != ImageState.Good);
        var total = await images.CountAsync(ct);
        var lines = await Order(images, query).Skip(query.Skip).Take(query.Take).Select(i => new ImageLine(
            i.Id, i.Name, i.State, i.Problem, i.Size, i.DiskSize, i.MadeAt, i.Versions.Count(v => v.Folder != ""),
            i.Versions.Where(v => v.Folder == "").Select(v => v.Host).FirstOrDefault() ?? "",
            db.ImageUploads.Where(u => u.Image == i.Name).OrderByDescending(u => u.StartedAt).FirstOrDefault())).ToListAsync(ct);
        var groups = await use.ReadAsync(ct);
        return new ImageLines([.. lines.Select(l => l with { Groups = [.. groups[l.Name]] })], total, problems, disk);
    }

    public async Task<ImageSight?> FindAsync(Person person, string name, CancellationToken ct)
    {
        if (!person.May(Permission.ImagesRead))
            return null;
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.Images.Include(i => i.Versions).ThenInclude(v => v.Files).AsSplitQuery().FirstOrDefaultAsync(i => i.Name == name, ct) is not { } image)
            return null;
        var files = Enum.GetValues<ImageFileKind>().Select(k => $"{name}.{k.Ending()}").ToList();
        var visible = db.Hosts.VisibleTo(person);
        var hosts = await db.HostImages.Where(h => files.Contains(h.Image)).Join(visible, h => h.HostId, h => h.Id, (i, h) => new { i, h })
            .OrderBy(x => x.h.Name).Take(MostHosts)
            .Select(x => new ImageHost(x.h.Id, x.h.Name, x.h.Room!.Name, x.i.Image, x.i.Timestamp, x.i.Action, x.i.At)).ToListAsync(ct);
        var uploads = await db.ImageUploads.Where(u => u.Image == name).OrderByDescending(u => u.StartedAt).Take(MostUploads).ToListAsync(ct);
        foreach (var version in image.Versions)
            version.Files.Sort((a, b) => a.Kind.CompareTo(b.Kind));
        return new ImageSight(
            image, [.. image.Versions.OrderByDescending(v => v.Folder == ImageVersion.Current).ThenByDescending(v => v.MadeAt)], [.. (await use.ReadAsync(ct))[name]],
            hosts, uploads);
    }

    /// <summary>The checksum of a file as it lies there now; null where it was not read whole since it was last written.</summary>
    /// <param name="key">Of the file, by <see cref="ImageStore.KeyOf"/>.</param>
    public async Task<string?> SumAsync(string image, string folder, string file, string key, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.ImageFiles.Where(f => f.Name == file && f.Sha256Of == key && f.State != ImageState.Damaged)
            .Where(f => db.ImageVersions.Any(v => v.Id == f.VersionId && v.Folder == folder && db.Images.Any(i => i.Id == v.ImageId && i.Name == image)))
            .Select(f => f.Sha256).FirstOrDefaultAsync(ct);
    }

    private static IQueryable<Image> Order(IQueryable<Image> images, ImageQuery query) => (query.Sort, query.Descending) switch
    {
        (ImageSort.Size, false) => images.OrderBy(i => i.DiskSize).ThenBy(i => i.Name),
        (ImageSort.Size, true) => images.OrderByDescending(i => i.DiskSize).ThenBy(i => i.Name),
        (ImageSort.Age, false) => images.OrderBy(i => i.MadeAt).ThenBy(i => i.Name),
        (ImageSort.Age, true) => images.OrderByDescending(i => i.MadeAt).ThenBy(i => i.Name),
        (ImageSort.Problems, _) => images.OrderBy(i => i.State == ImageState.Good).ThenBy(i => i.Name),
        (_, true) => images.OrderByDescending(i => i.Name),
        _ => images.OrderBy(i => i.Name),
    };
}
