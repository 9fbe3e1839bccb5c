using LinboPortal.Core.Accounts;
using LinboPortal.Core.Images;
using LinboPortal.Core.StartConf;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Images.Tasks;

/// <summary>Work that somebody wants done with an image.</summary>
/// <param name="Kind">What.</param>
/// <param name="Image">With which image.</param>
/// <param name="Folder">Which set; empty for the current one.</param>
/// <param name="Target">Name of the image that a copy or the image itself gets.</param>
/// <param name="File">The disk file that is to be converted.</param>
/// <param name="RemovesSource">True lets that file go once the result is verified.</param>
public sealed record ImageWish(ImageTaskKind Kind, string Image, string Folder = "", string? Target = null, string? File = null, bool RemovesSource = false);

/// <summary>Judges wishes and makes tasks of them: what cannot succeed is refused before it begins.</summary>
public sealed class ImageWishes
{
    private readonly IDbContextFactory<PortalDb> databases;
    private readonly ImageTasks tasks;
    private readonly ImageDirectoryReader reader;
    private readonly ImageFolders folders;
    private readonly QemuConvert qemu;
    private readonly ImageSpace space;

    internal ImageWishes(
        IDbContextFactory<PortalDb> databases, ImageTasks tasks, ImageDirectoryReader reader, ImageFolders folders, QemuConvert qemu, ImageSpace space) =>
        (this.databases, this.tasks, this.reader, this.folders, this.qemu, this.space) = (databases, tasks, reader, folders, qemu, space);

    /// <summary>Names of the groups whose start.conf a rename changes.</summary>
    public async Task<IReadOnlyList<string>> GroupsOfAsync(string image, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var groups = await db.Groups.Where(g => g.StartConf != null && g.StartConf.Contains(image)).OrderBy(g => g.Name).Select(g => new { g.Name, g.StartConf }).ToListAsync(ct);
        return [.. groups.Where(g => StartConfImages.Names(StartConfReader.Read(g.StartConf!)).Contains(image)).Select(g => g.Name)];
    }

    /// <summary>Begins work.</summary>
    /// <returns>Its row, or why it is refused.</returns>
    public async Task<(ImageTask? Task, TaskRefusal? Refusal)> BeginAsync(Person person, ImageWish wish, CancellationToken ct)
    {
        if (wish.Kind == ImageTaskKind.Convert)
            return await BeginConversionAsync(person, wish, ct);
        if (!ImageName.TryParse(wish.Image, out var image) || wish.Folder.Contains('/', StringComparison.Ordinal) || wish.Folder is ['.', ..]
            || reader.ReadSet(image, wish.Folder) is not { } set)
            return (null, new TaskRefusal("image", $"{wish.Image} {wish.Folder}".Trim(), RefusalReason.Gone));
        if (Refuse(wish, image, set) is { } refusal)
            return (null, refusal);
        var makes = wish.Kind is ImageTaskKind.Duplicate or ImageTaskKind.Rename;
        var name = makes ? wish.Target! : image.Value;
        string[] touched = makes ? [name, image.Value] : [name];
        if (await IsOpenAsync(wish.Kind, touched, ct))
            return (null, new TaskRefusal("kind", name, RefusalReason.AlreadyOpen));
        var task = new ImageTask
        {
            Kind = wish.Kind,
            Image = name,
            Source = makes ? image.Value : "",
            Folder = wish.Folder,
            File = set.Files.OrderBy(f => f.Seen.Kind).First().Name,
            State = ImageTaskState.Waiting,
            By = person.UserName,
            CreatedAt = tasks.Now,
        };
        await tasks.AddAsync(person, task, ct);
        return (task, null);
    }

    private async Task<(ImageTask? Task, TaskRefusal? Refusal)> BeginConversionAsync(Person person, ImageWish wish, CancellationToken ct)
    {
        if (!ImageName.TryParse(wish.Image, out var image) || reader.ReadDisks(image).FirstOrDefault(d => d.File == wish.File) is not { } disk)
            return (null, new TaskRefusal("file", $"{wish.Image} {wish.File}".Trim(), RefusalReason.Gone));
        if (disk.RefersElsewhere)
            return (null, new TaskRefusal("file", disk.File, RefusalReason.RefersElsewhere));
        if (!qemu.IsThere)
            return (null, new TaskRefusal("file", disk.File, RefusalReason.NoQemu));
        // The work itself asks qemu-img how much it will be.
        if (space.Look().Usable is var free && free < disk.DiskSize)
            return (null, new TaskRefusal("file", disk.File, RefusalReason.NoSpace) { Needed = disk.DiskSize, Free = free });
        if (await IsOpenAsync(ImageTaskKind.Convert, [image.Value], ct))
            return (null, new TaskRefusal("kind", image.Value, RefusalReason.AlreadyOpen));
        var task = new ImageTask
        {
            Kind = ImageTaskKind.Convert,
            Image = image.Value,
            File = disk.File,
            RemovesSource = wish.RemovesSource,
            State = ImageTaskState.Waiting,
            By = person.UserName,
            CreatedAt = tasks.Now,
        };
        await tasks.AddAsync(person, task, ct);
        return (task, null);
    }

    private async Task<bool> IsOpenAsync(ImageTaskKind kind, string[] touched, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.ImageTasks.AnyAsync(t => t.EndedAt == null && t.Kind == kind && touched.Contains(t.Image), ct);
    }

    private TaskRefusal? Refuse(ImageWish wish, ImageName image, FoundSet set) => wish.Kind switch
    {
        ImageTaskKind.Duplicate or ImageTaskKind.Rename => RefuseTarget(wish, set),
        ImageTaskKind.Merge or ImageTaskKind.Compact => RefuseRewrite(wish, image, set),
        ImageTaskKind.Torrent when wish.Folder.Length > 0 || set.Files.All(f => f.Facts is null) => new TaskRefusal("folder", wish.Folder, RefusalReason.NotGood),
        ImageTaskKind.Torrent or ImageTaskKind.Verify => null,
        _ => new TaskRefusal("kind", wish.Kind.ToString(), RefusalReason.BadKind),
    };

    private TaskRefusal? RefuseTarget(ImageWish wish, FoundSet set)
    {
        if (!ImageName.TryParseNew(wish.Target, out var target))
            return new TaskRefusal("target", wish.Target ?? "", RefusalReason.BadName);
        if (Directory.Exists(folders.Of(target)))
            return new TaskRefusal("target", target.Value, RefusalReason.Taken);
        var hasDiff = set.Files.Any(f => f.Seen.Kind == ImageFileKind.Qdiff);
        if (hasDiff && !qemu.IsThere)
            return new TaskRefusal("image", wish.Image, RefusalReason.NoQemu);
        // A broken image may be renamed; nobody wants two of them.
        return wish.Kind == ImageTaskKind.Duplicate && set.Files.Any(f => f.Verdict.State != ImageState.Good)
            ? new TaskRefusal("image", wish.Image, RefusalReason.NotGood) : null;
    }

    private TaskRefusal? RefuseRewrite(ImageWish wish, ImageName image, FoundSet set)
    {
        var diff = set.Files.FirstOrDefault(f => f.Seen.Kind == ImageFileKind.Qdiff);
        var main = set.Files.FirstOrDefault(f => f.Seen.Kind == ImageFileKind.Qcow2);
        if (wish.Folder.Length > 0 || main is null || set.Files.Any(f => f.Seen.Kind != ImageFileKind.Iso && f.Verdict.State != ImageState.Good))
            return new TaskRefusal("image", image.Value, RefusalReason.NotGood);
        if (wish.Kind == ImageTaskKind.Merge && diff is null)
            return new TaskRefusal("image", image.Value, RefusalReason.NoQdiff);
        if (wish.Kind == ImageTaskKind.Compact && diff is not null)
            return new TaskRefusal("image", image.Value, RefusalReason.HasQdiff);
        if (!qemu.IsThere)
            return new TaskRefusal("image", image.Value, RefusalReason.NoQemu);
        var needed = (main.Seen.Size ?? 0) + (diff?.Seen.Size ?? 0);
        return space.Look().Usable is var free && free < needed ? new TaskRefusal("image", image.Value, RefusalReason.NoSpace) { Needed = needed, Free = free } : null;
    }
}
