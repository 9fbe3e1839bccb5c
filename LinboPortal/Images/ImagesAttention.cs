using LinboPortal.Core.Accounts;
using LinboPortal.Core.Images;
using LinboPortal.Dashboard;
using LinboPortal.Infrastructure.Persistence;
using LinboPortal.Shell;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Images;

/// <summary>Images that PCs cannot use, each by its name.</summary>
internal sealed class ImagesAttention(IDbContextFactory<PortalDb> databases, IStringLocalizer<DashboardText> text, IStringLocalizer<ImagesText> words) : IAttentionSource
{
    private const int Most = 5;

    public async Task<IReadOnlyList<AttentionItem>> ReadAsync(Person person, CancellationToken ct)
    {
        if (!person.May(Permission.ImagesRead))
            return [];
        await using var db = await databases.CreateDbContextAsync(ct);
        var bad = db.Images.Where(i => i.State != ImageState.Good && i.Problem != ImageProblem.NotForLinbo);
        var images = await bad.OrderBy(i => i.Name).Take(Most + 1)
            .Select(i => new { i.Name, i.Problem, HasGood = i.Versions.Any(v => v.Folder != "" && v.State == ImageState.Good) }).ToListAsync(ct);
        List<AttentionItem> items = [.. images.Take(Most).Select(i => new AttentionItem(
            $"image:{i.Name}:{i.Problem}", text["Image", i.Name, words["Problem." + i.Problem].Value], text[i.HasGood ? "ImageWhyRestore" : "ImageWhyNew"],
            $"/images/{Uri.EscapeDataString(i.Name)}", text[i.HasGood ? "ImageDoRestore" : "ImageDo"], Permission.ImagesRead) { IsBroken = true, InsteadOf = "images" })];
        if (images.Count > Most)
            items.Add(new AttentionItem($"images:{images[0].Name}", text["ImagesMore", Sizes.Count(await bad.CountAsync(ct) - Most)], "", "/images?show=problems", text["ImagesDo"], Permission.ImagesRead));
        return items;
    }
}
