using LinboPortal.Core.Accounts;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Images;
using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;
using LinboPortal.Core.StartConf;
using LinboPortal.Hosts;
using LinboPortal.Infrastructure.Hosts;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.Persistence;
using LinboPortal.Infrastructure.Remote;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Images;

/// <summary>The group of a PC.</summary>
internal sealed record PcImageGroup(Guid Id, string Name, int Revision, string StartConf, int Pcs);

/// <summary>What there is to know before an image is made of a PC.</summary>
internal sealed record PcImageSight(Guid HostId, string Host, string School, HostState State, PcImageGroup? Group, StartConfDocument Conf, string Image, MakingFacts Facts)
{
    /// <summary>What the checks found.</summary>
    public IReadOnlyList<MakingCheck> Checks { get; } = Facts.Check();

    /// <summary>The image as it is; null where there is none.</summary>
    public Image? Current { get; init; }

    /// <summary>True where there can be no image this way.</summary>
    public bool IsStopped => Checks.Any(c => c.Weight == MakingWeight.Stop);
}

/// <summary>A PC to choose.</summary>
internal sealed record PcChoice(string Name, string Room, string Group, HostState State);

/// <summary>Looks up what matters for an image of a PC.</summary>
internal sealed class PcImageReads(IDbContextFactory<PortalDb> databases, ImageUse use, ImageSpace space, CacheLook caches, TimeProvider time)
{
    private const int MostChoices = 12;
    private static readonly TimeSpan LongestUpload = TimeSpan.FromDays(1);

    /// <summary>PCs that boot LINBO, by part of the name.</summary>
    public async Task<IReadOnlyList<PcChoice>> FindAsync(Person person, string part, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var hosts = db.Hosts.VisibleTo(person).Where(h => (h.PxeFlag == "1" || h.PxeFlag == "2") && h.Group!.StartConf != null);
        if (part.Trim() is { Length: > 0 } wanted)
            hosts = hosts.Where(h => EF.Functions.ILike(h.Name, Like.Part(wanted), Like.Escape) || EF.Functions.ILike(h.Room!.Name, Like.Part(wanted), Like.Escape));
        return await hosts.OrderByDescending(h => h.Status!.State == HostState.Linbo).ThenBy(h => h.Name).Take(MostChoices)
            .Select(h => new PcChoice(h.Name, h.Room!.Name, h.Group!.Name, h.Status == null ? HostState.Unknown : h.Status.State)).ToListAsync(ct);
    }

    /// <summary>The PC with the checks; null where there is none that the person may see.</summary>
    public async Task<PcImageSight?> ReadAsync(Person person, PcImageOrder order, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var lower = order.Host.ToLowerInvariant();
        var found = await db.Hosts.VisibleTo(person).Where(h => h.Name == lower).OrderByDescending(h => h.School == Host.DefaultSchool)
            .Select(h => new
            {
                h.Id,
                h.Name,
                h.School,
                h.PxeFlag,
                h.Address,
                State = h.Status == null ? HostState.Unknown : h.Status.State,
                Group = h.Group == null || h.Group.StartConf == null ? null
                    : new PcImageGroup(h.Group.Id, h.Group.Name, h.Group.Revision, h.Group.StartConf, db.Hosts.Count(o => o.GroupId == h.GroupId)),
                IsWorking = db.HostRuns.Any(r => r.HostId == h.Id && (r.State == RunState.Waking || r.State == RunState.Connecting || r.State == RunState.Running)),
            }).FirstOrDefaultAsync(ct);
        if (found is null)
            return null;
        var conf = StartConfReader.Read(found.Group?.StartConf ?? "");
        var system = conf.OperatingSystems.FirstOrDefault(s => s.Number == order.System);
        var former = Path.GetFileNameWithoutExtension(system?.BaseImage ?? "");
        var image = order.NewName ?? former;
        var current = await ImageAsync(db, former, ct);
        var groups = (await use.ReadAsync(ct))[image].ToList();
        var cache = found is { State: HostState.Linbo, Address: { } address, Group: not null }
            ? await caches.AskAsync(new LinboAddress(found.Id, found.Name, address), ct) : new CacheAnswer(false, null);
        var since = time.GetUtcNow() - LongestUpload;
        var facts = new MakingFacts
        {
            System = system,
            IsQdiff = order.IsQdiff,
            NewName = order.NewName,
            BootsLinbo = found.PxeFlag is "1" or "2" && found.Group is not null,
            State = found.State,
            IsWorking = found.IsWorking,
            IsUploading = await db.ImageUploads.AnyAsync(u => u.Image == image && u.State == UploadState.Receiving && u.StartedAt > since, ct),
            IsTaken = order.NewName is not null && await db.Images.AnyAsync(i => i.Name == order.NewName, ct),
            HasGoodBase = order.NewName is null && FileOf(current, ImageFileKind.Qcow2) is { State: ImageState.Good },
            HasCache = conf.Linbo is { Cache.Length: > 0 },
            CacheBytes = conf.Linbo is { HasNetworkCache: false } linbo && conf.FindPartition(linbo.Cache) is { } partition ? PartitionSize.ToBytes(partition.Size) : null,
            WasAsked = cache.WasAsked,
            CacheFree = cache.Room?.RoomFor(image + (order.IsQdiff ? ".qdiff" : ".qcow2")),
            OtherImages = await OthersAsync(db, conf, order.NewName is null ? former : "", ct),
            Expected = FileOf(current, order.IsQdiff ? ImageFileKind.Qdiff : ImageFileKind.Qcow2)?.Size,
            Free = space.Look().Usable,
            OtherPcs = order.NewName is null ? Math.Max(0, groups.Sum(g => g.Hosts) - 1) : Math.Max(0, (found.Group?.Pcs ?? 1) - 1),
            Groups = groups.Count,
        };
        return new PcImageSight(found.Id, found.Name, found.School, found.State, found.Group, conf, image, facts) { Current = order.NewName is null ? current : null };
    }

    private static ImageFile? FileOf(Image? image, ImageFileKind kind) => image?.Versions.Find(v => v.Folder == ImageVersion.Current)?.Files.Find(f => f.Kind == kind);

    private static Task<Image?> ImageAsync(PortalDb db, string name, CancellationToken ct) =>
        db.Images.Where(i => i.Name == name).Include(i => i.Versions.Where(v => v.Folder == ImageVersion.Current)).ThenInclude(v => v.Files).FirstOrDefaultAsync(ct);

    private static async Task<long> OthersAsync(PortalDb db, StartConfDocument conf, string except, CancellationToken ct)
    {
        var names = conf.OperatingSystems.Select(o => Path.GetFileNameWithoutExtension(o.BaseImage)).Where(n => n != except).Distinct().ToList();
        return await db.Images.Where(i => names.Contains(i.Name)).SumAsync(i => i.Size, ct);
    }
}
