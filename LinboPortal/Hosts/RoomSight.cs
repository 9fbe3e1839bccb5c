using LinboPortal.Core.Accounts;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Hosts;
using LinboPortal.Infrastructure.Persistence;
using LinboPortal.Jobs;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Hosts;

/// <summary>A room and how many of its PCs are in which state.</summary>
public sealed record RoomGlance(Guid Id, string Name, string Description, uint Version, IReadOnlyDictionary<HostState, int> Counts)
{
    /// <summary>Its school.</summary>
    public string School { get; init; } = "";

    /// <summary>All PCs.</summary>
    public int Total => Counts.Where(c => c.Key != HostState.Device).Sum(c => c.Value);

    /// <summary>PCs that answer or boot.</summary>
    public int On => Counts.Where(c => c.Key.IsOn).Sum(c => c.Value);

    /// <summary>Printers, servers and other devices that do not boot LINBO.</summary>
    public int Devices => Counts.GetValueOrDefault(HostState.Device);
}

/// <summary>A PC as a tile of its room.</summary>
public sealed record PcGlance(Guid Id, string Name, string? Group, string? Address, HostState State, DateTimeOffset? Since, DateTimeOffset? SeenAt)
{
    /// <summary>Why the last boot did not come up; null where it did.</summary>
    public BootFailure? BootFailure { get; init; }

    /// <summary>False for a printer, a server or another device that does not boot LINBO.</summary>
    public bool IsPc { get; init; } = true;

    /// <summary>Its sophomorixRole.</summary>
    public string Role { get; init; } = "";

    /// <summary>What the PC counts as.</summary>
    public HostState Shown => IsPc ? HostStatus.ShownFor(State, BootFailure) : HostState.Device;

    /// <summary>How far a boot has come; null where none is known.</summary>
    public BootStage? Stage { get; init; }

    /// <summary>What a job does on it, or did lately; null where there is none.</summary>
    public PcWork? Work { get; init; }
}

/// <summary>Looks rooms up for those who may see them; two queries, however many PCs there are.</summary>
internal sealed class RoomSight(IDbContextFactory<PortalDb> databases, RoomList list, TimeProvider time)
{
    /// <summary>The rooms in natural order.</summary>
    public async Task<IReadOnlyList<RoomGlance>> RoomsAsync(Person person, CancellationToken ct)
    {
        var rows = await list.ReadAsync(person, ct);
        return [.. rows.Select(r => new RoomGlance(r.Id, r.Name, r.Description, r.Version, r.Hosts.ByState)).OrderBy(r => r.Name, NaturalOrder.Names)];
    }

    /// <summary>A room with its PCs in natural order; null where the person sees none of that key.</summary>
    public async Task<(RoomGlance Room, IReadOnlyList<PcGlance> Pcs)?> RoomAsync(Guid id, Person person, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.Rooms.VisibleTo(person).FirstOrDefaultAsync(r => r.Id == id, ct) is not { } room)
            return null;
        var pcs = await db.Hosts.VisibleTo(person).Where(h => h.RoomId == id)
            .Select(h => new
            {
                h.Id,
                h.Name,
                Group = h.Group == null ? null : h.Group.Name,
                Fixed = h.Address,
                Seen = h.Status == null ? null : h.Status.Address,
                State = h.Status == null ? HostState.Unknown : h.Status.State,
                Since = h.Status == null ? (DateTimeOffset?)null : h.Status.Since,
                SeenAt = h.Status == null ? null : h.Status.SeenAt,
                BootFailure = h.Status == null ? null : h.Status.BootFailure,
                h.BootsLinbo,
                h.Role,
            })
            .ToListAsync(ct);
        var booting = pcs.Where(h => h.State == HostState.Booting).Select(h => h.Id).ToList();
        var stages = booting.Count == 0 ? [] : await StagesAsync(db, booting, ct);
        List<PcGlance> glances = [.. pcs.Select(h => new PcGlance(h.Id, h.Name, h.Group, (h.Fixed ?? h.Seen)?.ToString(), h.State, h.Since, h.SeenAt)
            {
                Stage = stages.TryGetValue(h.Id, out var stage) ? stage : null,
                BootFailure = h.BootFailure,
                IsPc = h.BootsLinbo,
                Role = h.Role,
            })
            .OrderBy(h => h.Name, NaturalOrder.Names)];
        return (new RoomGlance(room.Id, room.Name, room.Description, room.Version, Count(glances)) { School = room.School }, glances);
    }

    /// <summary>How far the boots of these PCs are, by the last file that each got.</summary>
    private async Task<Dictionary<Guid, BootStage>> StagesAsync(PortalDb db, List<Guid> hosts, CancellationToken ct)
    {
        var since = time.GetUtcNow() - BootTimeline.Patience;
        var lasts = await db.BootRuns.Where(r => hosts.Contains(r.HostId!.Value) && r.CompletedAt == null && r.LastStepAt > since).OrderBy(r => r.StartedAt)
            .Select(r => new
            {
                r.HostId,
                Last = r.Steps.Where(s => s.Outcome == BootStepOutcome.Served && s.Kind != BootStepKind.Dhcp).OrderByDescending(s => s.StartedAt)
                    .Select(s => new { s.Kind, s.Path }).FirstOrDefault(),
            })
            .ToListAsync(ct);
        var stages = new Dictionary<Guid, BootStage>();
        foreach (var run in lasts)
            stages[run.HostId!.Value] = run.Last is { } step ? BootStages.After(step.Kind, step.Path, null, BootStage.Address) : BootStage.Address;
        return stages;
    }

    /// <summary>Counts by what people are shown: devices and failed boots apart.</summary>
    public static IReadOnlyDictionary<HostState, int> Count(IEnumerable<PcGlance> pcs) => pcs.CountBy(p => p.Shown).ToDictionary();

    /// <summary>Counts by observed state, for those who act on the PCs: one whose boot failed is on or off all the same.</summary>
    public static IReadOnlyDictionary<HostState, int> Observed(IEnumerable<PcGlance> pcs) => pcs.CountBy(p => p.State).ToDictionary();
}
