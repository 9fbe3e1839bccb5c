using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LinboPortal.Infrastructure.Images;

/// <summary>Health <c>images</c>: can PCs use what they are told to?</summary>
internal sealed class ImagesHealth(IDbContextFactory<PortalDb> databases, QemuImg qemu, SpaceOutlook space, LinboTree.LinboTree tree) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (LinkProblem() is { } link)
            return link;
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var images = await db.Images.Select(i => new { i.Name, i.State, i.Problem, HasGood = i.Versions.Any(v => v.Folder != "" && v.State == ImageState.Good) })
            .ToListAsync(cancellationToken);
        var bad = images.Where(i => i.State != ImageState.Good).OrderByDescending(i => i.State).ThenBy(i => i.Name).ToList();
        if (bad is [var worst, ..])
        {
            var remedy = worst.HasGood ? "put its last good version back" : "make it anew on a PC";
            var text = $"{worst.Name} is {worst.State} ({worst.Problem}){(bad.Count > 1 ? $", and {bad.Count - 1} more" : "")}: {remedy} on the page Images (/images/{worst.Name})";
            return HealthCheckResult.Degraded(text).As(worst.HasGood ? "images.restore" : "images.make", worst.Name, bad.Count);
        }

        var outlook = await space.ReadAsync(cancellationToken);
        if (outlook.IsTight)
        {
            var free = outlook.Room.Usable / 1_000_000;
            return HealthCheckResult.Degraded($"{free} MB are left for images, the largest one has {outlook.Largest / 1_000_000} MB: let go of old versions on the page /image-space")
                .As("images.tight", free, outlook.Largest / 1_000_000);
        }

        if (new UnusableFiles(tree).Read() is [var first, ..] unusable)
            return HealthCheckResult.Degraded($"LINBO cannot use {first.Path}{(unusable.Count > 1 ? $" and {unusable.Count - 1} more image files" : "")}: the page Images says why and what to do")
                .As("images.unusable", first.Path, unusable.Count);
        return Unchecked(images.Count);
    }

    /// <summary>Images on another disk that no PC gets.</summary>
    private HealthCheckResult? LinkProblem()
    {
        foreach (var link in LinboTree.ImageLinks.Find(tree.Root))
        {
            if (link.Target.Length == 0)
                return HealthCheckResult.Unhealthy($"{link.Place} is a link to a place that is not there: PCs get no images of it. Mount the disk, or remove the link").As("images.link-gone", link.Place);
            if (!link.IsTrusted)
                return HealthCheckResult.Degraded($"{link.Place} is a link to {link.Target} that neither root nor the portal's account made: it is not followed. chown -h root {link.Place}")
                    .As("images.link-owner", link.Place, link.Target);
            if (Processes.SystemUser.IsRoot && Directory.Exists(link.Target) && !File.GetUnixFileMode(link.Target).HasFlag(UnixFileMode.OtherExecute))
                return HealthCheckResult.Degraded($"{link.Target} is closed for rsync's workers (nobody): PCs get no images of it. chmod o+rx {link.Target}").As("images.link-closed", link.Target);
        }

        return null;
    }

    private HealthCheckResult Unchecked(int count) =>
        qemu.Program is null
            ? HealthCheckResult.Degraded("qemu-img is not installed, so that uploaded images are checked less closely: apt-get install qemu-utils").As("images.unchecked")
            : HealthCheckResult.Healthy($"{count} images").As("images.well", count);
}
