using LinboPortal.Core.Events;
using LinboPortal.Infrastructure;
using LinboPortal.Infrastructure.LinboTree;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace LinboPortal.Dashboard;

/// <summary>A part of the portal and how it is.</summary>
/// <param name="Name">As in <c>/ready</c>.</param>
/// <param name="Health">How it is.</param>
/// <param name="Message">In the words of its check.</param>
/// <param name="Missing">Files that an administrator has to put in.</param>
public sealed record ServiceGlance(string Name, ServiceHealth Health, string Message, IReadOnlyList<string> Missing);

/// <summary>A file system.</summary>
/// <param name="Name"><c>tree</c> or <c>data</c>.</param>
/// <param name="Path">Where.</param>
/// <param name="Free">Bytes that may be written; null where it cannot be read.</param>
/// <param name="Size">Bytes in all.</param>
public sealed record DiskGlance(string Name, string Path, long? Free, long Size);

/// <summary>How the portal itself is; asked once for all who look, however many they are.</summary>
internal sealed class PortalGlance(
    HealthCheckService health, LinboTree tree, TreeProjection projection, IOptions<PortalOptions> options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim gate = new(1, 1);
    private IReadOnlyList<ServiceGlance> services = [];
    private DateTimeOffset askedAt;

    /// <summary>Where the tree lies.</summary>
    public string TreeRoot => tree.Root;

    /// <summary>Files of the tree that somebody changed by hand.</summary>
    public IReadOnlyList<string> Drifts => [.. projection.State.Drifts.Select(d => d.Path)];

    /// <summary>The services, what is worst first.</summary>
    public async Task<IReadOnlyList<ServiceGlance>> ServicesAsync(CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        try
        {
            if (time.GetUtcNow() - askedAt < Fresh)
                return services;
            var report = await health.CheckHealthAsync(ct);
            services = [.. report.Entries.Select(e => Of(e.Key, e.Value)).OrderByDescending(s => s.Health).ThenBy(s => s.Name, StringComparer.Ordinal)];
            askedAt = time.GetUtcNow();
            return services;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The file systems of the tree and the data; one where they are the same.</summary>
    public IReadOnlyList<DiskGlance> Disks()
    {
        var ofTree = Read("tree", tree.Root);
        var ofData = Read("data", Path.GetFullPath(options.Value.DataDirectory));
        return ofTree.Free == ofData.Free && ofTree.Size == ofData.Size ? [ofTree] : [ofTree, ofData];
    }

    /// <inheritdoc/>
    public void Dispose() => gate.Dispose();

    private static DiskGlance Read(string name, string path)
    {
        try
        {
            var drive = new DriveInfo(path);
            return new DiskGlance(name, path, drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (IOException)
        {
            return new DiskGlance(name, path, null, 0);
        }
    }

    private static ServiceGlance Of(string name, HealthReportEntry entry) => new(
        name,
        entry.Status switch
        {
            HealthStatus.Healthy => ServiceHealth.Healthy,
            HealthStatus.Degraded => ServiceHealth.Degraded,
            _ => ServiceHealth.Unhealthy,
        },
        entry.Description ?? entry.Exception?.GetBaseException().Message ?? "",
        entry.Data.TryGetValue("missing", out var missing) && missing is IEnumerable<string> names ? [.. names] : []);
}
