using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LinboPortal.Images;

/// <summary>What would go of an image.</summary>
/// <param name="Image">Its name.</param>
/// <param name="Rules">The rules that count for it.</param>
/// <param name="Versions">What goes, oldest first.</param>
internal sealed record KeepGoing(string Image, KeepRules Rules, IReadOnlyList<ImageVersion> Versions)
{
    /// <summary>Room that comes free.</summary>
    public long Bytes => Versions.Sum(v => v.DiskSize);
}

/// <summary>Finds out by which rules versions are kept, and what goes by them.</summary>
internal sealed class KeepChoice(IDbContextFactory<PortalDb> databases, IOptions<ImagesOptions> options, TimeProvider time)
{
    /// <summary>The rules of images that have none of their own: those that were set in the browser, else the settings.</summary>
    public async Task<KeepRules> DefaultAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await DefaultAsync(db, ct);
    }

    /// <summary>What would go of all images, or of one; those of which nothing goes are left out unless one is asked for.</summary>
    /// <param name="image">The image; null for all.</param>
    /// <param name="rules">Other rules than those that count for the image; where all are asked for, other ones for those without rules of their own.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<IReadOnlyList<KeepGoing>> GoingAsync(string? image, KeepRules? rules, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var usual = await DefaultAsync(db, ct);
        var rows = await db.Images.Where(i => image == null || i.Name == image).Include(i => i.Versions).OrderBy(i => i.Name).AsSplitQuery().ToListAsync(ct);
        return [.. rows.Select(r => Of(r, image is null ? RulesOf(r, rules ?? usual) : rules ?? RulesOf(r, usual))).Where(g => image is not null || g.Versions.Count > 0)];
    }

    /// <summary>An image's own rules count whole: who sets one of them sets both.</summary>
    public static KeepRules RulesOf(Image image, KeepRules usual) =>
        image.KeepLast is null && image.KeepDays is null ? usual : new KeepRules(image.KeepLast, image.KeepDays);

    private KeepGoing Of(Image image, KeepRules rules)
    {
        var former = image.Versions.Where(v => v.Folder != ImageVersion.Current).ToList();
        var goes = rules.WhatGoes(
            former.Select(v => new KeptVersion(v.Id, v.MadeAt, v.Pinned, v.State == ImageState.Good)), time.GetUtcNow(), image.State == ImageState.Good);
        return new KeepGoing(image.Name, rules, [.. goes.Select(g => former.Find(v => v.Id == g.Id)!)]);
    }

    private async Task<KeepRules> DefaultAsync(PortalDb db, CancellationToken ct) =>
        await db.KeepDefaults.FirstOrDefaultAsync(ct) is { } set ? new KeepRules(set.Last, set.Days) : new KeepRules(options.Value.KeepLast, options.Value.KeepDays);
}
