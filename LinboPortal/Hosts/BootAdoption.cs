using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Hosts;

/// <summary>Gives boots of PCs that were unknown to the hosts that they turned out to be, with what is known of their state.</summary>
internal static class BootAdoption
{
    /// <summary>Looks at all MACs of hosts; call it in the transaction that added them.</summary>
    public static async Task AdoptAsync(PortalDb db, DateTimeOffset now, CancellationToken ct)
    {
        await db.Database.ExecuteSqlAsync($"""
            update boot_runs r set host_id = m.host_id from host_macs m where r.mac = m.mac and r.host_id is null
            """, ct);
        // The page of the new host shows at once that it is booting or waits in LINBO, if that was a moment ago.
        await db.Database.ExecuteSqlAsync($"""
            insert into host_statuses (host_id, state, since, seen_at, address)
            select distinct on (r.host_id) r.host_id, case when r.completed_at is null then 'Booting' else 'Linbo' end,
              coalesce(r.completed_at, r.started_at), r.last_step_at, r.address
            from boot_runs r join new_pcs p on p.mac = r.mac
            where r.host_id is not null and r.last_step_at > {now.AddMinutes(-10)}
            order by r.host_id, r.started_at desc
            on conflict (host_id) do nothing
            """, ct);
        await db.NewPcs.Where(p => db.HostMacs.Any(m => m.Mac == p.Mac)).ExecuteDeleteAsync(ct);
    }
}
