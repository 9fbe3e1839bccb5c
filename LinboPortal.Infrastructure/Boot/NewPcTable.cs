using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Boot;

/// <summary>The table of unknown PCs has an end, in all and for one address: packets fill it. Registered and hidden ones go last, else the oldest goes first.</summary>
internal static class NewPcTable
{
    /// <summary>Rows in all.</summary>
    public const int Most = 2000;

    /// <summary>Rows of one address: it may be a room behind NAT.</summary>
    public const int MostOfAddress = 100;

    /// <summary>Deletes what is too much; within the transaction that added.</summary>
    public static async Task TrimAsync(PortalDb db, CancellationToken ct)
    {
        if (!db.ChangeTracker.Entries<Core.Boot.NewPc>().Any())
            return;
        await db.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM new_pcs WHERE mac IN (
              SELECT mac FROM (
                SELECT mac, address,
                  row_number() OVER (PARTITION BY address ORDER BY wanted_at IS NOT NULL OR ignored DESC, last_seen_at DESC) AS own,
                  row_number() OVER (ORDER BY wanted_at IS NOT NULL OR ignored DESC, last_seen_at DESC) AS number FROM new_pcs
              ) AS ranked WHERE number > {Most} OR (own > {MostOfAddress} AND address IS NOT NULL))
            """,
            ct);
    }
}
