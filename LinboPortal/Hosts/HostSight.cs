using LinboPortal.Core.Accounts;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Hosts;

/// <summary>What the page of a PC shows besides its boots.</summary>
public sealed record HostView(
    Guid Id, string Name, string School, Guid RoomId, string Room, string? Group, bool GroupHasStartConf, string? Address, string Role, string PxeFlag,
    string Comment, DateTimeOffset CreatedAt, HostState State, DateTimeOffset? Since, DateTimeOffset? SeenAt, string? SeenAddress)
{
    /// <summary>The Ethernet addresses, the one of devices.csv first.</summary>
    public IReadOnlyList<MacAddress> Macs { get; init; } = [];

    /// <summary>True where the PC boots LINBO.</summary>
    public bool BootsLinbo => Host.IsPc(PxeFlag, Group is not null, Role);

    /// <summary>Why the last boot did not come up; null where it did.</summary>
    public BootFailure? BootFailure { get; init; }
}

/// <summary>Looks PCs up for their page.</summary>
internal sealed class HostSight(IDbContextFactory<PortalDb> databases)
{
    /// <summary>The PC of that name; null where there is none that the person may see.</summary>
    public async Task<HostView?> FindAsync(string name, Person person, CancellationToken ct)
    {
        var lower = name.ToLowerInvariant();
        await using var db = await databases.CreateDbContextAsync(ct);
        var found = await db.Hosts.VisibleTo(person).Where(h => h.Name == lower).OrderByDescending(h => h.School == Host.DefaultSchool)
            .Select(h => new
            {
                Host = h,
                Room = h.Room!.Name,
                Group = h.Group == null ? null : h.Group.Name,
                HasStartConf = h.Group != null && h.Group.StartConf != null,
                h.Status,
                Macs = h.Macs.OrderBy(m => m.Position).Select(m => m.Mac).ToList(),
            })
            .FirstOrDefaultAsync(ct);
        if (found is not { Host: var host })
            return null;
        return new HostView(
            host.Id, host.Name, host.School, host.RoomId, found.Room, found.Group, found.HasStartConf, host.Address?.ToString(), host.Role, host.PxeFlag,
            host.Comment, host.CreatedAt, found.Status?.State ?? HostState.Unknown, found.Status?.Since, found.Status?.SeenAt, found.Status?.Address?.ToString())
        {
            Macs = found.Macs,
            BootFailure = found.Status?.BootFailure,
        };
    }
}
