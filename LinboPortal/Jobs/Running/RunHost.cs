using System.Net;
using LinboPortal.Core.Groups;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;
using LinboPortal.Core.StartConf;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Jobs.Running;

/// <summary>What a run needs to know of its host.</summary>
internal sealed record RunHost(Guid Id, string Name, IPAddress? Address, IReadOnlyList<MacAddress> Macs, string? StartConf)
{
    /// <summary>How the portal logs in to its Linux and Windows.</summary>
    public IReadOnlyList<SystemAccess> Systems { get; init; } = [];

    /// <summary>What it was last seen doing.</summary>
    public HostState State { get; init; }

    /// <summary>When it was last seen switched on; null for never.</summary>
    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>File name of the image that an upload command sends; null for other commands, or where start.conf names none.</summary>
    public string? ImageOf(LinboCommand command)
    {
        var (os, isQdiff) = command switch
        {
            LinboCommand.UploadImage(var n) => (n, false),
            LinboCommand.UploadQdiff(var n) => (n, true),
            _ => (0, false),
        };
        if (os == 0 || StartConf is null || StartConfReader.Read(StartConf).OperatingSystems.FirstOrDefault(s => s.Number == os) is not { BaseImage.Length: > 0 } system)
            return null;
        return isQdiff ? Path.ChangeExtension(system.BaseImage, ".qdiff") : system.BaseImage;
    }

    /// <summary>The hosts of these runs; those that were deleted are missing.</summary>
    public static async Task<Dictionary<Guid, RunHost>> ReadAsync(PortalDb db, IEnumerable<HostRun> runs, CancellationToken ct)
    {
        var ids = runs.Select(r => r.HostId).OfType<Guid>().ToList();
        return await db.Hosts.Where(h => ids.Contains(h.Id))
            .Select(h => new RunHost(
                h.Id, h.Name, h.Address ?? h.Status!.Address, h.Macs.OrderBy(m => m.Position).Select(m => m.Mac).ToList(), h.Group!.StartConf)
            {
                State = h.Status == null ? HostState.Unknown : h.Status.State,
                SeenAt = h.Status!.SeenAt,
                Systems = h.Group!.Systems.ToList(),
            })
            .ToDictionaryAsync(h => h.Id, ct);
    }
}
