using System.Net;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Boot;

/// <summary>Writes down which addresses are proven to be whose: the only place that changes <see cref="HostStatus.Address"/>.</summary>
internal static class AddressProofs
{
    /// <summary>For so long a proof is not replaced by a weaker one that tells another address.</summary>
    private static readonly TimeSpan Lasts = TimeSpan.FromHours(12);

    /// <summary>Writes them; an address is one PC's at a time, so that who had it before has it no more.</summary>
    public static async Task WriteAsync(PortalDb db, IReadOnlyCollection<ProvenAddress> proven, DateTimeOffset now, CancellationToken ct)
    {
        // The strongest of a PC in this batch, in a fixed order, so that two portals do not wait for each other.
        foreach (var one in proven.GroupBy(p => p.HostId).Select(g => g.MaxBy(p => p.Proof)!).OrderBy(p => p.HostId))
        {
            // A fixed address is its PC's whatever else is proven.
            if (await db.Hosts.AnyAsync(h => h.Address == one.Address && h.Id != one.HostId, ct))
                continue;
            await db.Database.ExecuteSqlAsync(
                $"INSERT INTO host_statuses (host_id, state, since) SELECT h.id, 'Unknown', {now} FROM hosts h WHERE h.id = {one.HostId} ON CONFLICT (host_id) DO NOTHING", ct);
            var weaker = Enum.GetValues<AddressProof>().Where(p => p <= one.Proof).Select(p => (AddressProof?)p).ToList();
            var old = now - Lasts;
            var written = await db.HostStatuses.Where(s => s.HostId == one.HostId)
                .Where(s => s.AddressProof == null || weaker.Contains(s.AddressProof) || s.AddressProvenAt < old)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(s => s.Address, one.Address).SetProperty(s => s.AddressProof, one.Proof).SetProperty(s => s.AddressProvenAt, now), ct);
            if (written > 0)
                await ForgetOthersAsync(db, one, ct);
        }
    }

    private static Task<int> ForgetOthersAsync(PortalDb db, ProvenAddress one, CancellationToken ct) =>
        db.HostStatuses.Where(s => s.Address == one.Address && s.HostId != one.HostId).ExecuteUpdateAsync(
            set => set.SetProperty(s => s.Address, (IPAddress?)null).SetProperty(s => s.AddressProof, (AddressProof?)null)
                .SetProperty(s => s.AddressProvenAt, (DateTimeOffset?)null),
            ct);
}
