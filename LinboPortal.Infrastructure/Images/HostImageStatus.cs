using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Images;

/// <summary>Takes in which PC has which version of an image, from the files that the PCs hand over (<c>&lt;host&gt;_image.status</c>).</summary>
internal sealed class HostImageStatus(IDbContextFactory<PortalDb> databases, LinboTree.LinboTree tree, TimeProvider time)
{
    private const string Ending = "_image.status";
    private const int LongestFile = 256 * 1024;

    private readonly Dictionary<string, string> taken = new(StringComparer.Ordinal);

    /// <summary>Reads the files that changed since the last call.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var logs = new DirectoryInfo(tree.LogDirectory);
        if (!logs.Exists)
            return;
        List<(string Host, string Key, string Path)> changed =
        [
            .. from file in logs.EnumerateFiles("*" + Ending)
               let facts = FileFacts.Read(file.FullName)
               where facts is { IsRegular: true } && taken.GetValueOrDefault(file.Name) != facts.Key
               select (file.Name[..^Ending.Length].ToLowerInvariant(), facts.Key, file.FullName),
        ];
        if (changed.Count == 0)
            return;
        await using var db = await databases.CreateDbContextAsync(ct);
        var names = changed.Select(c => c.Host).ToList();
        var hosts = await db.Hosts.Where(h => names.Contains(h.Name)).Select(h => new { h.Name, h.Id }).ToListAsync(ct);
        // Rows and names go together: while an image gets another name, nobody knows which one counts.
        if (await db.ImageTasks.AnyAsync(t => t.Kind == ImageTaskKind.Rename && t.State == ImageTaskState.Running, ct))
            return;
        var renamed = await db.ImageTasks.Where(t => t.Kind == ImageTaskKind.Rename && t.State == ImageTaskState.Done).OrderBy(t => t.EndedAt).ToListAsync(ct);
        foreach (var (host, _, path) in changed)
        {
            foreach (var known in hosts.Where(h => h.Name == host))
                await TakeAsync(db, known.Id, path, renamed, ct);
        }

        await db.SaveChangesAsync(ct);
        foreach (var (_, key, path) in changed)
            taken[Path.GetFileName(path)] = key;
    }

    private async Task TakeAsync(PortalDb db, Guid host, string path, IReadOnlyList<ImageTask> renamed, CancellationToken ct)
    {
        if (ImageDirectoryReader.ReadStart(path, LongestFile) is not { } bytes)
            return;
        var rows = await db.HostImages.AsTracking().Where(i => i.HostId == host).ToListAsync(ct);
        var lines = ImageStatusLine.ReadAll(System.Text.Encoding.Latin1.GetString(bytes)).Select(l => l with { Image = NameNow(l, renamed) })
            .GroupBy(l => l.Image, (_, same) => same.MaxBy(l => l.At.Local)!).ToList();
        foreach (var line in lines)
        {
            var row = rows.Find(r => r.Image == line.Image);
            if (row is null)
            {
                row = new HostImage { HostId = host, Image = line.Image };
                db.HostImages.Add(row);
            }

            (row.Timestamp, row.Action, row.At) = (line.Timestamp, line.Action, line.At.In(time.LocalTimeZone));
        }
    }

    /// <summary>A PC tells of an image by the name that it had then.</summary>
    private string NameNow(ImageStatusLine line, IReadOnlyList<ImageTask> renamed)
    {
        var (name, at) = (line.Image, line.At.In(time.LocalTimeZone));
        foreach (var task in renamed.Where(t => t.EndedAt >= at))
        {
            if (Path.GetFileNameWithoutExtension(name) == task.Source)
                name = task.Image + Path.GetExtension(name);
        }

        return name;
    }
}
