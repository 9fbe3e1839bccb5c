using LinboPortal.Infrastructure;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Monitoring;
using Microsoft.Extensions.Options;

namespace LinboPortal.Dashboard;

/// <summary>A file system.</summary>
/// <param name="Name"><c>tree</c> or <c>data</c>.</param>
/// <param name="Path">Where.</param>
/// <param name="Free">Bytes that may be written; null where it cannot be read.</param>
/// <param name="Size">Bytes in all.</param>
public sealed record DiskGlance(string Name, string Path, long? Free, long Size);

/// <summary>How the portal itself is.</summary>
internal sealed class PortalGlance(ServiceHealthWatch watch, LinboTree tree, TreeProjection projection, IOptions<PortalOptions> options)
{
    /// <summary>Where the tree lies.</summary>
    public string TreeRoot => tree.Root;

    /// <summary>Files of the tree that somebody changed by hand.</summary>
    public IReadOnlyList<string> Drifts => [.. projection.State.Drifts.Select(d => d.Path)];

    /// <summary>The services as they were seen last, what is worst first.</summary>
    public async Task<IReadOnlyList<ServiceReport>> ServicesAsync(CancellationToken ct)
    {
        var known = watch.Reports is { Count: > 0 } reports ? reports : await watch.CheckAsync(ct);
        return [.. known.OrderByDescending(s => s.Health).ThenBy(s => s.Service, StringComparer.Ordinal)];
    }

    /// <summary>The file systems of the tree and the data; one where they are the same.</summary>
    public IReadOnlyList<DiskGlance> Disks()
    {
        var ofTree = Read("tree", tree.Root);
        var ofData = Read("data", Path.GetFullPath(options.Value.DataDirectory));
        return ofTree.Free == ofData.Free && ofTree.Size == ofData.Size ? [ofTree] : [ofTree, ofData];
    }

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
}
