using LinboPortal.Core.Accounts;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Images;

/// <summary>The texts that sidecars had.</summary>
internal sealed class SidecarTexts(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    /// <summary>Texts of a file that are kept.</summary>
    public const int Most = 100;

    /// <summary>The texts of a file, newest first; none for who may not see images.</summary>
    public async Task<IReadOnlyList<SidecarRevision>> ReadAsync(Person person, ImagePart part, CancellationToken ct)
    {
        if (!person.May(Permission.ImagesRead))
            return [];
        await using var db = await databases.CreateDbContextAsync(ct);
        return await Of(db, part).OrderByDescending(r => r.Id).Take(Most).ToListAsync(ct);
    }

    /// <summary>What writes a new text down, within the change; the first one keeps what was found there too.</summary>
    public async Task<Action<PortalDb>> WriterAsync(Person person, ImagePart part, string before, string text, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var last = await Of(db, part).OrderByDescending(r => r.Id).Select(r => r.Text).FirstOrDefaultAsync(ct);
        return change =>
        {
            // Somebody else than the portal wrote it, or it was never saved here.
            if (last != before && (last is not null || before.Length > 0))
                change.SidecarRevisions.Add(Row(part, before, "", time.GetUtcNow().AddMilliseconds(-1))); // before the other, also by its key
            change.SidecarRevisions.Add(Row(part, text, person.UserName, time.GetUtcNow()));
        };
    }

    /// <summary>Lets the oldest go.</summary>
    public async Task TrimAsync(ImagePart part, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var old = await Of(db, part).OrderByDescending(r => r.Id).Skip(Most).Select(r => r.Id).ToListAsync(ct);
        if (old.Count > 0)
            await db.SidecarRevisions.Where(r => old.Contains(r.Id)).ExecuteDeleteAsync(ct);
    }

    private static IQueryable<SidecarRevision> Of(PortalDb db, ImagePart part)
    {
        var (image, file) = (part.Image.Value, part.ToString());
        return db.SidecarRevisions.Where(r => r.Image == image && r.File == file);
    }

    private static SidecarRevision Row(ImagePart part, string text, string by, DateTimeOffset at) =>
        new() { Id = Guid.CreateVersion7(at), Image = part.Image.Value, File = part.ToString(), Text = text, SavedAt = at, SavedBy = by };
}
