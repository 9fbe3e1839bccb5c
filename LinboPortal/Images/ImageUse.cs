using System.Collections.Concurrent;
using LinboPortal.Core.StartConf;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Images;

/// <summary>A group that an image is for.</summary>
public sealed record ImageGroup(Guid Id, string Name, int Hosts);

/// <summary>Which groups use which image, by BaseImage in their start.conf.</summary>
internal sealed class ImageUse(IDbContextFactory<PortalDb> databases)
{
    /// <summary>Reading a start.conf costs more than remembering its images.</summary>
    private readonly ConcurrentDictionary<Guid, (int Revision, IReadOnlyList<string> Images)> known = [];

    /// <summary>The groups by name of the image, without an ending.</summary>
    public async Task<ILookup<string, ImageGroup>> ReadAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var groups = await db.Groups.Where(g => g.StartConf != null).OrderBy(g => g.Name)
            .Select(g => new { g.Id, g.Name, g.Revision, Hosts = db.Hosts.Count(h => h.GroupId == g.Id) }).ToListAsync(ct);
        var unread = groups.Where(g => known.GetValueOrDefault(g.Id).Images is null || known[g.Id].Revision != g.Revision).Select(g => g.Id).ToList();
        foreach (var group in await db.Groups.Where(g => unread.Contains(g.Id)).Select(g => new { g.Id, g.Revision, g.StartConf }).ToListAsync(ct))
            known[group.Id] = (group.Revision, ImagesOf(group.StartConf ?? ""));
        return groups.SelectMany(g => known.GetValueOrDefault(g.Id).Images ?? [], (g, image) => (Image: image, Group: new ImageGroup(g.Id, g.Name, g.Hosts)))
            .ToLookup(u => u.Image, u => u.Group, StringComparer.Ordinal);
    }

    private static IReadOnlyList<string> ImagesOf(string startConf) =>
        [.. StartConfReader.Read(startConf).OperatingSystems.Select(o => Path.GetFileNameWithoutExtension(o.BaseImage)).Where(n => n.Length > 0).Distinct()];
}
