using LinboPortal.Core.Events;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Images;

/// <summary>Changes rows so that they say what was found, and knows afterwards what there is to tell.</summary>
/// <param name="db">Tracks the rows.</param>
internal sealed class ImageMerge(PortalDb db)
{
    private readonly List<PortalEvent> damages = [];
    private readonly HashSet<Guid> created = [];
    private readonly List<Image> deleted = [];
    private readonly Dictionary<Guid, Image> images = [];

    /// <summary>Names of the images that were found.</summary>
    public HashSet<string> Taken { get; } = new(StringComparer.Ordinal);

    /// <summary>Takes an image in.</summary>
    /// <param name="found">As it lies there.</param>
    /// <param name="image">Its row; null where it is new.</param>
    public void Take(FoundImage found, Image? image)
    {
        Taken.Add(found.Name.Value);
        if (image is null)
        {
            image = new Image { Name = found.Name.Value };
            db.Images.Add(image);
            created.Add(image.Id);
        }

        images[image.Id] = image;
        // A file that moved to another set takes along what is known of its content.
        var contents = image.Versions.SelectMany(v => v.Files).Select(KnownContent.Of).ToLookup(c => (c.Name, c.Key));
        foreach (var set in found.Sets)
            TakeSet(image, set, contents);
        var folders = found.Sets.Select(s => s.Folder).ToHashSet(StringComparer.Ordinal);
        var gone = image.Versions.Where(v => !folders.Contains(v.Folder)).ToList();
        db.RemoveRange(gone);
        image.Versions.RemoveAll(gone.Contains);
        Summarise(image, found.Disks);
    }

    /// <summary>Removes the row of an image that is gone.</summary>
    public void Remove(Image image)
    {
        deleted.Add(image);
        db.Images.Remove(image);
    }

    /// <summary>What changed.</summary>
    public IReadOnlyList<PortalEvent> News()
    {
        // Asked for once: each look at the tracker compares all of its rows, which for a whole tree took minutes.
        var owners = db.ChangeTracker.Entries<ImageVersion>().ToDictionary(e => e.Entity.Id, e => e.Entity.ImageId);
        var changed = db.ChangeTracker.Entries().Where(e => e.State is EntityState.Added or EntityState.Modified or EntityState.Deleted)
            .Select(e => e.Entity switch
            {
                Image image => image.Id,
                ImageVersion version => version.ImageId,
                ImageFile file => owners.GetValueOrDefault(file.VersionId),
                _ => Guid.Empty,
            }).ToHashSet();
        return
        [
            .. images.Values.Where(i => created.Contains(i.Id)).Select(i => new PortalEvent.ImageCreated(i.Id, i.Name)),
            .. images.Values.Where(i => changed.Contains(i.Id) && !created.Contains(i.Id)).Select(i => new PortalEvent.ImageUpdated(i.Id, i.Name)),
            .. deleted.Select(i => new PortalEvent.ImageDeleted(i.Id, i.Name)),
            .. damages,
        ];
    }

    private static void Summarise(Image image, IReadOnlyList<ForeignDisk> disks)
    {
        var current = image.Versions.Find(v => v.Folder == ImageVersion.Current);
        (image.State, image.Problem) = current is not null ? (current.State, current.Problem)
            : disks.Count > 0 ? (ImageState.Broken, ImageProblem.NotForLinbo)
            : (ImageState.Incomplete, ImageProblem.NoImage);
        image.Size = current?.Size ?? 0;
        image.MadeAt = current?.MadeAt;
        // A current set counts all that lies beside it.
        image.DiskSize = image.Versions.Sum(v => v.DiskSize) + (current is null ? disks.Sum(d => d.DiskSize) : 0);
    }

    private void TakeSet(Image image, FoundSet set, ILookup<(string, string), KnownContent> contents)
    {
        var version = image.Versions.Find(v => v.Folder == set.Folder);
        if (version is null)
        {
            version = new ImageVersion { ImageId = image.Id, Folder = set.Folder, MadeAt = set.MadeAt };
            db.ImageVersions.Add(version);
            if (!image.Versions.Contains(version))
                image.Versions.Add(version);
        }

        version.MadeAt = set.MadeAt;
        version.DiskSize = set.DiskSize;
        foreach (var found in set.Files)
            TakeFile(image, version, found, contents);
        var gone = version.Files.Where(f => !set.Files.Any(s => s.Name == f.Name)).ToList();
        db.RemoveRange(gone);
        version.Files.RemoveAll(gone.Contains);
        version.Size = version.Files.Sum(f => f.Size);
        var worst = version.Files.OrderByDescending(f => f.State).ThenBy(f => f.Kind).First();
        (version.State, version.Problem) = (worst.State, worst.Problem);
    }

    private void TakeFile(Image image, ImageVersion version, FoundFile found, ILookup<(string, string), KnownContent> contents)
    {
        var file = version.Files.Find(f => f.Name == found.Name);
        var isNew = file is null;
        if (file is null)
        {
            file = new ImageFile { VersionId = version.Id, Name = found.Name, Kind = found.Seen.Kind };
            db.ImageFiles.Add(file);
            if (!version.Files.Contains(file))
                version.Files.Add(file);
        }

        var before = file.State;
        var key = found.Facts?.Key ?? "";
        Remember(file, key, contents);
        Describe(file, found);
        var verdict = found.Verdict.State == ImageState.Good ? OfContent(file, key) ?? found.Verdict : found.Verdict;
        (file.State, file.Problem, file.Detail) = (verdict.State, verdict.Problem, verdict.Detail);
        if (verdict.State > ImageState.Good && before == ImageState.Good && !isNew)
            damages.Add(new PortalEvent.ImageDamaged(image.Id, image.Name, version.Folder, file.Name, verdict.Problem));
    }

    /// <summary>What a closer look at this very content has found; null where it found nothing.</summary>
    private static ImageVerdict? OfContent(ImageFile file, string key) => file switch
    {
        { State: ImageState.Damaged, Sha256: not null } when file.Sha256Of == key => new ImageVerdict(file.State, file.Problem, file.Detail),
        { Format: ImageLook.Unreadable } when file.LookedAt == key => new ImageVerdict(ImageState.Broken, ImageProblem.WrongFormat, file.Detail),
        _ => null,
    };

    private static void Describe(ImageFile file, FoundFile found)
    {
        var info = found.Seen.Info;
        file.Size = found.Facts?.Size ?? 0;
        file.DiskSize = found.Facts?.DiskSize ?? 0;
        file.ModifiedAt = found.Facts?.ModifiedAt ?? DateTimeOffset.UnixEpoch;
        file.Timestamp = Short(info?.Timestamp);
        file.BackingTimestamp = Short(info?.BackingTimestamp);
        file.Partition = Short(info?.Partition);
        if (file.LookedAt.Length == 0)
            (file.Format, file.VirtualSize) = found.Seen.Header is { } header ? ("qcow2", (long?)header.VirtualSize) : ("", null);
    }

    /// <summary>Forgets what was known of another content, and recalls what is known of this one.</summary>
    private static void Remember(ImageFile file, string key, ILookup<(string, string), KnownContent> contents)
    {
        if (file.LookedAt != key)
            file.LookedAt = "";
        if (file.Sha256Of != key)
            (file.Sha256, file.Sha256Of, file.VerifiedAt) = (null, "", null);
        if (key.Length > 0 && contents[(file.Name, key)].FirstOrDefault() is { } known)
            known.Give(file);
    }

    // Whatever a client wrote there, it fits.
    private static string Short(string? text) => text is null ? "" : string.Concat(text.Take(64).Select(c => char.IsControl(c) ? '?' : c));
}
