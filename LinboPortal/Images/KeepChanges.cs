using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Images;

/// <summary>What the rules let go, as it went.</summary>
/// <param name="Versions">How many versions.</param>
/// <param name="Bytes">Room that came free.</param>
internal sealed record KeepDone(int Versions, long Bytes);

/// <summary>Sets rules for all images, and applies them: by hand, and each night.</summary>
internal sealed class KeepChanges(IDbContextFactory<PortalDb> databases, KeepChoice choice, ImageStore store, TimeProvider time)
{
    /// <summary>Saves the rules of images that have none of their own.</summary>
    public async Task<ImageOutcome> SetDefaultAsync(Person person, KeepRules rules, CancellationToken ct)
    {
        if (!person.May(Permission.ImagesEdit))
            return ImageOutcome.Forbidden;
        await using var db = await databases.CreateDbContextAsync(ct);
        var row = await db.KeepDefaults.AsTracking().FirstOrDefaultAsync(ct);
        if (row is null)
            db.KeepDefaults.Add(row = new KeepDefault());
        (row.Last, row.Days) = (rules.Last, rules.Days);
        db.Audit(person, time.GetUtcNow(), AuditActions.ImageKeepDefault, "", JsonSerializer.Serialize(new { last = rules.Last, days = rules.Days }));
        await db.SaveChangesAsync(ct);
        return ImageOutcome.Done;
    }

    /// <summary>Lets go what the rules of each image let go; an image that is in use is left for the next time.</summary>
    public async Task<KeepDone?> ApplyAsync(Person person, CancellationToken ct)
    {
        if (!person.May(Permission.ImagesEdit))
            return null;
        var (versions, bytes) = (0, 0L);
        foreach (var going in await choice.GoingAsync(null, null, ct))
        {
            var folders = going.Versions.Select(v => v.Folder).ToList();
            var details = JsonSerializer.Serialize(new { folders, last = going.Rules.Last, days = going.Rules.Days, bytes = going.Bytes });
            var outcome = await store.DeleteVersionsAsync(
                going.Image, folders, db => db.Audit(person, time.GetUtcNow(), AuditActions.ImageKeepApply, going.Image, details), ct);
            if (outcome == StoreOutcome.Done)
                (versions, bytes) = (versions + folders.Count, bytes + going.Bytes);
        }

        return new KeepDone(versions, bytes);
    }
}
