using LinboPortal.Infrastructure;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Shell;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace LinboPortal.Monitoring;

/// <summary>Room on the disk below a directory.</summary>
/// <param name="Directory">What lies there: the data directory, the LINBO tree or the clients' logs.</param>
/// <param name="Free">Bytes that the portal may still write.</param>
/// <param name="Total">Bytes of the file system.</param>
internal sealed record DiskSpace(string Directory, long Free, long Total)
{
    private const long LeastFree = 5_000_000_000;
    private const double LeastShare = 0.10;
    private const long Floor = 16 * 1024 * 1024;
    private const double FloorShare = 0.02;

    /// <summary>Less than 10 % and less than 5 GB are both too little for what a school does in a day.</summary>
    public bool IsLow => Free < LeastFree || Free < Total * LeastShare;

    /// <summary>Less than PostgreSQL needs for its next file: nothing can be written any more, or not for long. Small file systems are not full at once.</summary>
    public bool IsFull => Free < Math.Min(Floor, Total * FloorShare);

    public double UsedShare => Total > 0 ? 1 - (double)Free / Total : 0;
}

/// <summary>Health <c>disk</c>: is there room where the portal writes?</summary>
internal sealed class DiskHealth(IOptions<PortalOptions> portal, IOptions<LinboOptions> linbo) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(Check());

    /// <summary>The disks, one line each; directories on the same disk share a line.</summary>
    public IReadOnlyList<DiskSpace> Measure() =>
    [
        .. new[] { portal.Value.DataDirectory, linbo.Value.Root, linbo.Value.LogDirectory }
            .Where(Directory.Exists)
            .Select(directory => (directory, drive: new DriveInfo(directory)))
            .Select(d => new DiskSpace(d.directory, d.drive.AvailableFreeSpace, d.drive.TotalSize))
            .DistinctBy(d => (d.Free, d.Total)),
    ];

    private HealthCheckResult Check()
    {
        var disks = Measure();
        if (disks.FirstOrDefault(d => d.IsFull) is { } full)
            return HealthCheckResult.Unhealthy($"No space left in {full.Directory} ({Sizes.Bytes(full.Free)} free): nothing can be written. Remove what is not needed, or give it a larger disk")
                .As("disk.full", full.Directory, Sizes.Bytes(full.Free));
        return disks.FirstOrDefault(d => d.IsLow) is { } low
            ? HealthCheckResult.Degraded($"Only {Sizes.Bytes(low.Free)} free in {low.Directory}: remove what is not needed, or give it a larger disk")
                .As("disk.low", Sizes.Bytes(low.Free), low.Directory)
            : HealthCheckResult.Healthy(string.Join(", ", disks.Select(d => $"{Sizes.Bytes(d.Free)} free in {d.Directory}"))).As("disk.well", string.Join(", ", disks.Select(d => $"{d.Directory}: {Sizes.Bytes(d.Free)}")));
    }
}
