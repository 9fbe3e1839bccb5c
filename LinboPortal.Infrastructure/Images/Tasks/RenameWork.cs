using LinboPortal.Core.Events;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Groups;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Images.Tasks;

/// <summary>
/// Another name for an image with all its versions: all files are made under the new name beside (second names, no copies), then two renames put
/// them in the place of the old ones while rows and start.confs change in one transaction. Until then nothing is touched; from then on it is
/// gone through with, also by the next portal.
/// </summary>
internal sealed class RenameWork(NamedCopy copy, ImageArrival arrival, PortalEvents events, ImageTasks tasks) : IImageWork
{
    public ImageTaskKind Kind => ImageTaskKind.Rename;

    public async Task<ImageVerdict> RunAsync(TaskRun run, CancellationToken ct)
    {
        if (!ImageName.TryParse(run.Task.Source, out var from) || !ImageName.TryParse(run.Task.Image, out var to))
            return new ImageVerdict(ImageState.Broken, ImageProblem.BadName);
        var (live, goal) = (copy.Images.Of(from), copy.Images.Of(to));
        var (stage, former) = (Path.Combine(run.Directory, "image"), Path.Combine(run.Directory, "former"));
        var key = "";
        if (!run.IsBegun)
        {
            if (!Directory.Exists(live))
                return new ImageVerdict(ImageState.Broken, ImageProblem.NoImage);
            key = NamedCopy.KeyOf(live);
            await StageAsync(run, from, to, stage, ct);
        }

        // Always in the same order, so that two renames never wait for each other.
        var names = new[] { from, to }.OrderBy(n => n.Value, StringComparer.Ordinal).ToArray();
        using var first = await arrival.TurnAsync(names[0], ct);
        using var second = await arrival.TurnAsync(names[1], ct);
        if (!run.IsBegun)
        {
            if (Directory.Exists(goal) || NamedCopy.KeyOf(live) != key)
                return new ImageVerdict(ImageState.Broken, ImageProblem.Changed);
            ct.ThrowIfCancellationRequested();
            run.SetBegun();
        }

        List<PortalEvent> news = [];
        await arrival.RecordAsync(
            to,
            async db =>
            {
                Move(stage, goal);
                Move(live, former);
                TakeFolders(former, goal);
                AtomicFile.Sync(copy.Images.Root);
                news = await RenameRowsAsync(db, from, to, run.Task.By, tasks.Now);
            },
            null);
        foreach (var told in news)
            events.Publish(told);
        // Until the second names are gone, deleting the image would free nothing: only now it is known what it costs.
        if (Directory.Exists(former))
            Directory.Delete(former, recursive: true);
        await arrival.RecordAsync(to, null, null);
        return ImageVerdict.Good;
    }

    private async Task StageAsync(TaskRun run, ImageName from, ImageName to, string stage, CancellationToken ct)
    {
        if (Directory.Exists(stage))
            Directory.Delete(stage, recursive: true);
        var live = copy.Images.Of(from);
        var backups = copy.Images.BackupsOf(from);
        List<(string Source, string Target)> sets = [(live, stage)];
        if (Directory.Exists(backups))
            sets.AddRange(Directory.EnumerateDirectories(backups).Where(d => Path.GetFileName(d)[0] != '.')
                .Select(d => (d, Path.Combine(stage, ImageFolders.BackupsName, Path.GetFileName(d)))));
        run.Begin(sets.Sum(s => NamedCopy.SizeOf(s.Source)));
        long done = 0;
        foreach (var (source, target) in sets)
        {
            var before = done;
            await copy.RunAsync(from, source, to, target, others: true, bytes => run.Report(before + bytes), ct);
            done += NamedCopy.SizeOf(source);
        }

        var made = Path.Combine(stage, ImageFolders.BackupsName);
        if (Directory.Exists(made))
            File.SetUnixFileMode(made, AtomicFile.PublicDirectory);
    }

    private static void Move(string from, string to)
    {
        // Where an earlier run did it already, there is nothing left.
        if (Directory.Exists(from) && !Directory.Exists(to))
            Directory.Move(from, to);
    }

    /// <summary>Directories that are none of LINBO's are somebody's work.</summary>
    private static void TakeFolders(string former, string goal)
    {
        if (!Directory.Exists(former))
            return;
        foreach (var folder in Directory.EnumerateDirectories(former).Where(d => Path.GetFileName(d) is { } name && name != ImageFolders.BackupsName && name[0] != '.').ToList())
            Move(folder, Path.Combine(goal, Path.GetFileName(folder)));
    }

    private static async Task<List<PortalEvent>> RenameRowsAsync(PortalDb db, ImageName from, ImageName to, string by, DateTimeOffset at)
    {
        var ct = CancellationToken.None; // begun is begun
        var versions = db.ImageVersions.Where(v => db.Images.Any(i => i.Id == v.ImageId && i.Name == from.Value)).Select(v => v.Id);
#pragma warning disable CA1845 // translated to SQL
        await db.ImageFiles.Where(f => versions.Contains(f.VersionId) && f.Name.StartsWith(from.Value + ".")).ExecuteUpdateAsync(
            f => f.SetProperty(x => x.Name, x => to.Value + x.Name.Substring(from.Value.Length)), ct);
        await db.SidecarRevisions.Where(r => r.Image == from.Value && r.File.StartsWith(from.Value + ".")).ExecuteUpdateAsync(
            r => r.SetProperty(x => x.Image, to.Value).SetProperty(x => x.File, x => to.Value + x.File.Substring(from.Value.Length)), ct);
#pragma warning restore CA1845
        await RenameHostImagesAsync(db, from, to);
        await db.ImageUploads.Where(u => u.Image == from.Value).ExecuteUpdateAsync(u => u.SetProperty(x => x.Image, to.Value), ct);
        await db.Images.Where(i => i.Name == from.Value && !db.Images.Any(o => o.Name == to.Value)).ExecuteUpdateAsync(i => i.SetProperty(x => x.Name, to.Value), ct);
        List<PortalEvent> news = [];
        foreach (var group in await db.Groups.AsTracking().Where(g => g.StartConf != null && g.StartConf.Contains(from.Value)).ToListAsync(ct))
        {
            if (ImageMention.Rename(group.StartConf!, from, to) is not { } text)
                continue;
            GroupRevisions.Add(db, group, text, $"image {from} renamed to {to}", by, at);
            news.Add(new PortalEvent.GroupUpdated(group.Id, group.Name, group.Revision));
        }

        return news;
    }

    /// <summary>Which PC has which version; what is known under the new name is of an image that is gone.</summary>
    private static async Task RenameHostImagesAsync(PortalDb db, ImageName from, ImageName to)
    {
        foreach (var ending in Enum.GetValues<ImageFileKind>().Select(k => k.Ending()))
        {
            var (old, name) = ($"{from}.{ending}", $"{to}.{ending}");
            var rows = await db.HostImages.AsTracking().Where(i => i.Image == old || i.Image == name).ToListAsync(CancellationToken.None);
            var moved = rows.Where(r => r.Image == old).Select(r => r.Renamed(name)).ToList();
            db.HostImages.RemoveRange(rows.Where(r => r.Image == old || moved.Exists(m => m.HostId == r.HostId)));
            await db.SaveChangesAsync(CancellationToken.None); // the name is part of the key
            db.HostImages.AddRange(moved);
        }
    }
}
