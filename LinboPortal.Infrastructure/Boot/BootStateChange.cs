using LinboPortal.Core.Boot;
using LinboPortal.Core.Events;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Boot;

/// <summary>What a batch of boot steps changes besides the boots: states of hosts and the list of new PCs.</summary>
internal sealed class BootStateChange(PortalDb db, DateTimeOffset now)
{
    /// <summary>What to tell after the commit.</summary>
    public List<PortalEvent> Events { get; } = [];

    /// <summary>A host that gets boot files is booting; one whose port 2222 answers runs LINBO.</summary>
    public async Task UpdateStatusesAsync(IReadOnlyList<AttributedStep> steps, Dictionary<Guid, BootHost> hosts, CancellationToken ct)
    {
        var last = steps.Where(s => s.Run.HostId is { } id && hosts.ContainsKey(id)).GroupBy(s => s.Run.HostId!.Value).ToDictionary(g => g.Key, g => g.Last());
        var ids = last.Keys.ToList();
        var statuses = await db.HostStatuses.AsTracking().Where(s => ids.Contains(s.HostId)).ToDictionaryAsync(s => s.HostId, ct);
        foreach (var (id, step) in last)
        {
            if (!statuses.TryGetValue(id, out var status))
            {
                status = new HostStatus { HostId = id, State = HostState.Unknown, Since = now };
                db.HostStatuses.Add(status);
            }

            status.SeenAt = status.SeenAt > step.Run.LastStepAt ? status.SeenAt : step.Run.LastStepAt;
            status.ClaimedAddress = step.Run.Address ?? status.ClaimedAddress;
            status.BootFailure = step.Run.CompletedAt is null ? status.BootFailure : null;
            var state = StateAfter(status.State, step.Run);
            if (state == status.State)
                continue;
            status.State = state;
            status.Since = now;
            Events.Add(new PortalEvent.HostStateChanged(id, hosts[id].Name, hosts[id].RoomId, state, now));
        }
    }

    /// <summary>Writes the addresses that are proven. What a request says of itself is none.</summary>
    public Task ProveAsync(IReadOnlyList<AttributedStep> steps, CancellationToken ct) =>
        AddressProofs.WriteAsync(db, [.. steps.Select(s => s.Proven).OfType<ProvenAddress>()], now, ct);

    /// <summary>PCs that boot from the network and that no host row knows wait to be taken in.</summary>
    public async Task UpsertNewPcsAsync(IReadOnlyList<AttributedStep> steps, CancellationToken ct)
    {
        var unknown = steps.Where(s => s is { IsNetworkBoot: true, Run: { HostId: null, Mac: not null } }).GroupBy(s => s.Run.Mac!.Value).ToList();
        var macs = unknown.Select(g => g.Key).ToList();
        var stored = await db.NewPcs.AsTracking().Where(p => macs.Contains(p.Mac)).ToDictionaryAsync(p => p.Mac, ct);
        foreach (var boots in unknown)
        {
            var run = boots.Last().Run;
            if (!stored.TryGetValue(boots.Key, out var pc))
            {
                pc = new NewPc { Mac = boots.Key, FirstSeenAt = run.StartedAt };
                db.NewPcs.Add(pc);
            }

            // A boot counts once: when its PC is first seen in it.
            var counted = pc.LastSeenAt;
            pc.Boots += boots.Select(s => s.Run).DistinctBy(r => r.Id).Count(r => r.StartedAt > counted);
            pc.LastSeenAt = run.LastStepAt > pc.LastSeenAt ? run.LastStepAt : pc.LastSeenAt;
            pc.Address = run.Address ?? pc.Address;
            pc.Firmware = run.Firmware.Length > 0 ? run.Firmware : pc.Firmware;
            Events.Add(new PortalEvent.NewPcSeen(boots.Key));
        }

        var known = steps.Where(s => s.Run is { HostId: not null, Mac: not null }).Select(s => s.Run.Mac!.Value).ToHashSet();
        if (known.Count > 0)
            await db.NewPcs.Where(p => known.Contains(p.Mac)).ExecuteDeleteAsync(ct);
    }

    private static HostState StateAfter(HostState state, BootRun run)
    {
        if (run.CompletedAt is null)
            return HostState.Booting;
        return state is HostState.Booting or HostState.Unknown or HostState.Off ? HostState.Linbo : state;
    }
}
