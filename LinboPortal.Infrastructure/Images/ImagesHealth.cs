using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LinboPortal.Infrastructure.Images;

/// <summary>Health <c>images</c>: can PCs use what they are told to?</summary>
internal sealed class ImagesHealth(IDbContextFactory<PortalDb> databases, QemuImg qemu, SpaceOutlook space) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
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

        return qemu.Program is null
            ? HealthCheckResult.Degraded("qemu-img is not installed, so that uploaded images are checked less closely: apt-get install qemu-utils").As("images.unchecked")
            : HealthCheckResult.Healthy($"{images.Count} images").As("images.well", images.Count);
    }
}
