using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Images;

/// <summary>What became of something that was to be done with an image.</summary>
internal enum ImageOutcome
{
    Done,
    Gone,
    Busy,
    NotGood,
    InUse,
    Pinned,
    Conflict,
    TooLong,
    Forbidden,
    NoSpace,
    NotText,
    NotInEncoding,
    BadText,
}

/// <summary>What the rules let go.</summary>
/// <param name="Versions">The versions, oldest first.</param>
/// <param name="Bytes">Room that comes free.</param>
internal sealed record KeepPreview(IReadOnlyList<ImageVersion> Versions, long Bytes);

/// <summary>What changes of images look up.</summary>
internal sealed record ImageReads(ImageUse Use, KeepChoice Keep, SidecarTexts Texts);

/// <summary>Changes images, their versions and sidecars.</summary>
internal sealed class ImageChanges(
    IDbContextFactory<PortalDb> databases, ImageStore store, ImageReads reads, TimeProvider time)
{
    public const int LongestNote = 2000;

    /// <summary>Writes a note to a version, or pins it.</summary>
    public async Task<ImageOutcome> DescribeAsync(Person person, string image, string folder, string? note, bool? pinned, CancellationToken ct)
    {
        if (!person.May(Permission.ImagesEdit))
            return ImageOutcome.Forbidden;
        if (note?.Length > LongestNote)
            return ImageOutcome.TooLong;
        if (!SidecarText.IsText(note ?? ""))
            return ImageOutcome.BadText;
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await Find(db, image, folder).AsTracking().FirstOrDefaultAsync(ct) is not { } version)
            return ImageOutcome.Gone;
        (version.Note, version.Pinned) = (note?.Trim() ?? version.Note, pinned ?? version.Pinned);
        Audit(db, person, AuditActions.ImageDescribe, image, new { folder, version.Note, version.Pinned });
        await db.SaveChangesAsync(ct);
        store.TellChanged(version.ImageId, image);
        return ImageOutcome.Done;
    }

    /// <summary>Puts a former version back.</summary>
    public async Task<ImageOutcome> RestoreAsync(Person person, string image, string folder, CancellationToken ct) => !person.May(Permission.ImagesEdit)
        ? ImageOutcome.Forbidden
        : Of(await store.RestoreAsync(image, folder, db => Audit(db, person, AuditActions.ImageRestore, image, new { folder }), ct));

    /// <summary>Deletes a former version; a pinned one only once it is no more pinned.</summary>
    public async Task<ImageOutcome> DeleteVersionAsync(Person person, string image, string folder, CancellationToken ct)
    {
        if (!person.May(Permission.ImagesEdit))
            return ImageOutcome.Forbidden;
        await using (var db = await databases.CreateDbContextAsync(ct))
        {
            if (await Find(db, image, folder).Select(v => (bool?)v.Pinned).FirstOrDefaultAsync(ct) is true)
                return ImageOutcome.Pinned;
        }

        return Of(await store.DeleteVersionsAsync(image, [folder], db => Audit(db, person, AuditActions.ImageVersionDelete, image, new { folder }), ct));
    }

    /// <summary>Deletes an image with its versions; one that groups use only where that is said.</summary>
    public async Task<ImageOutcome> DeleteAsync(Person person, string image, bool evenInUse, CancellationToken ct)
    {
        if (!person.May(Permission.ImagesEdit))
            return ImageOutcome.Forbidden;
        var groups = (await reads.Use.ReadAsync(ct))[image].Select(g => g.Name).ToList();
        if (groups.Count > 0 && !evenInUse)
            return ImageOutcome.InUse;
        return Of(await store.DeleteAsync(image, db => Audit(db, person, AuditActions.ImageDelete, image, new { groups }), ct));
    }

    /// <summary>Deletes a disk file of another format that lies with an image.</summary>
    public async Task<ImageOutcome> DeleteDiskAsync(Person person, string image, string file, CancellationToken ct) => !person.May(Permission.ImagesEdit)
        ? ImageOutcome.Forbidden
        : Of(await store.DeleteDiskAsync(image, file, db => Audit(db, person, AuditActions.ImageDiskDelete, image, new { file }), ct));

    /// <summary>Saves an image's own keep rules; null is the portal's setting.</summary>
    public async Task<ImageOutcome> SetKeepAsync(Person person, string image, int? last, int? days, CancellationToken ct)
    {
        if (!person.May(Permission.ImagesEdit))
            return ImageOutcome.Forbidden;
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.Images.AsTracking().FirstOrDefaultAsync(i => i.Name == image, ct) is not { } row)
            return ImageOutcome.Gone;
        (row.KeepLast, row.KeepDays) = (last, days);
        Audit(db, person, AuditActions.ImageKeep, image, new { last, days });
        await db.SaveChangesAsync(ct);
        store.TellChanged(row.Id, image);
        return ImageOutcome.Done;
    }

    /// <summary>What would go by rules; those of the image, or of the portal, where none are given.</summary>
    public async Task<KeepPreview?> PreviewAsync(Person person, string image, KeepRules? rules, CancellationToken ct)
    {
        if (!person.May(Permission.ImagesRead))
            return null;
        return await reads.Keep.GoingAsync(image, rules, ct) is [var going] ? new KeepPreview(going.Versions, going.Bytes) : null;
    }

    /// <summary>Deletes exactly what a preview showed, where it still may go.</summary>
    public async Task<ImageOutcome> ApplyKeepAsync(Person person, string image, KeepRules? rules, IReadOnlyCollection<string> shown, CancellationToken ct)
    {
        if (!person.May(Permission.ImagesEdit))
            return ImageOutcome.Forbidden;
        if (await PreviewAsync(person, image, rules, ct) is not { } now)
            return ImageOutcome.Gone;
        if (!now.Versions.Select(v => v.Folder).ToHashSet().SetEquals(shown))
            return ImageOutcome.Conflict;
        return shown.Count == 0 ? ImageOutcome.Done
            : Of(await store.DeleteVersionsAsync(image, shown, db => Audit(db, person, AuditActions.ImageKeepApply, image, new { folders = shown }), ct));
    }

    /// <summary>Saves a sidecar; an empty text removes it. Scripts run on PCs: line ends become those of Unix.</summary>
    public async Task<ImageOutcome> SaveSidecarAsync(Person person, ImagePart part, string text, string? before, CancellationToken ct)
    {
        if (!person.May(Permission.ImagesEdit))
            return ImageOutcome.Forbidden;
        if (!ImageStore.IsEditable(part))
            return ImageOutcome.Gone;
        if (text.Length > ImageDesc.MaxLength / 4)
            return ImageOutcome.TooLong;
        if (!SidecarText.IsText(text) || !SidecarText.IsText(before ?? ""))
            return ImageOutcome.BadText;
        if (!store.IsText(part))
            return ImageOutcome.NotText;
        if ((store.ReadSidecar(part) ?? "") != (before ?? ""))
            return ImageOutcome.Conflict;
        var isWindows = part.Sidecar == ImageSidecar.Registry && before?.Contains("\r\n", StringComparison.Ordinal) == true;
        var unix = isWindows ? text.ReplaceLineEndings("\r\n") : part.Sidecar == ImageSidecar.Registry ? text : text.ReplaceLineEndings("\n");
        var kept = unix.Trim().Length == 0 ? null : unix;
        var write = await reads.Texts.WriterAsync(person, part, before ?? "", kept ?? "", ct);
        var outcome = Of(await store.WriteSidecarAsync(
            part, kept,
            db =>
            {
                write(db);
                Audit(db, person, AuditActions.ImageSidecar, part.Image.Value, new { file = part.ToString() });
            },
            ct));
        await reads.Texts.TrimAsync(part, ct);
        return outcome;
    }

    /// <summary>Compares a version with its checksums.</summary>
    public async Task<IReadOnlyDictionary<string, ImageState?>?> VerifyAsync(Person person, string image, string folder, CancellationToken ct)
    {
        if (!person.May(Permission.ImagesEdit))
            return null;
        await using var db = await databases.CreateDbContextAsync(ct);
        return await Find(db, image, folder).Select(v => (Guid?)v.Id).FirstOrDefaultAsync(ct) is { } id ? await store.VerifyAsync(id, null, ct) : null;
    }

    private static IQueryable<ImageVersion> Find(PortalDb db, string image, string folder) =>
        db.ImageVersions.Where(v => v.Folder == folder && db.Images.Any(i => i.Id == v.ImageId && i.Name == image));

    private static ImageOutcome Of(StoreOutcome outcome) => outcome switch
    {
        StoreOutcome.Done => ImageOutcome.Done,
        StoreOutcome.Gone => ImageOutcome.Gone,
        StoreOutcome.Busy => ImageOutcome.Busy,
        StoreOutcome.NotGood => ImageOutcome.NotGood,
        StoreOutcome.NoSpace => ImageOutcome.NoSpace,
        StoreOutcome.NotText => ImageOutcome.NotText,
        StoreOutcome.NotInEncoding => ImageOutcome.NotInEncoding,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };

    private void Audit(PortalDb db, Person person, string action, string image, object details) =>
        db.Audit(person, time.GetUtcNow(), action, image, JsonSerializer.Serialize(details));
}
