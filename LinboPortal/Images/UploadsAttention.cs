using LinboPortal.Core.Accounts;
using LinboPortal.Core.Images;
using LinboPortal.Dashboard;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Images;

/// <summary>Uploads that were refused because nobody permitted them, and images of groups that an upload has replaced.</summary>
internal sealed class UploadsAttention(
    IDbContextFactory<PortalDb> databases, ImageUse use, IStringLocalizer<DashboardText> text, IStringLocalizer<ImagesText> words, TimeProvider time) : IAttentionSource
{
    private const int Most = 5;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    public async Task<IReadOnlyList<AttentionItem>> ReadAsync(Person person, CancellationToken ct)
    {
        if (!person.May(Permission.ImagesRead))
            return [];
        var since = time.GetUtcNow() - Longest;
        await using var db = await databases.CreateDbContextAsync(ct);
        var refused = await db.ImageUploads.Where(u => (u.Problem == ImageProblem.NotRegistered || u.Problem == ImageProblem.NotPermitted) && u.EndedAt > since)
            .Where(u => !db.ImageUploads.Any(l => l.Address == u.Address && l.State == UploadState.Taken && l.StartedAt > u.EndedAt))
            .OrderByDescending(u => u.EndedAt).Take(100).ToListAsync(ct);
        var replaced = await db.ImageUploads.Where(u => u.State == UploadState.Taken && u.EndedAt > since && !db.ImageUploads.Any(l => l.Image == u.Image && l.State == UploadState.Taken && l.EndedAt > u.EndedAt))
            .Where(u => db.ImageVersions.Any(v => v.Folder != "" && db.Images.Any(i => i.Id == v.ImageId && i.Name == u.Image)))
            .OrderByDescending(u => u.EndedAt).Take(100).ToListAsync(ct);
        var groups = replaced.Count > 0 ? await use.ReadAsync(ct) : null;
        return
        [
            .. refused.DistinctBy(u => u.Address).Take(Most).Select(u => new AttentionItem(
                $"upload:{u.Id}", text["UploadRefused", NameOf(u), u.Image], words[$"{u.Problem}Remedy"], "/images", text["UploadRefusedDo"], Permission.ImagesRead) { IsBroken = true, At = u.EndedAt }),
            .. replaced.Where(u => groups![u.Image].Any(g => g.Hosts > 0)).Take(Most).Select(u => new AttentionItem(
                $"replaced:{u.Id}", text["ImageReplaced", u.Image, NameOf(u)], Why(u), $"/images/{Uri.EscapeDataString(u.Image)}", text["ImageReplacedDo"], Permission.ImagesRead) { At = u.EndedAt }),
        ];
    }

    private static string NameOf(ImageUpload upload) => upload.Host.Length > 0 ? $"{upload.Host} ({upload.Address})" : upload.Address.ToString();

    private string Why(ImageUpload upload) => upload.Permit.Split(' ', 3) switch
    {
        ["job", var number, var author] => text["ReplacedByJob", number, author],
        ["window", var author, ..] => text["ReplacedAtPc", author],
        _ => text["ReplacedAtPcAlways"],
    };
}
