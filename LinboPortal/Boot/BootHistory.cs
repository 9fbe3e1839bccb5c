using LinboPortal.Core.Accounts;
using LinboPortal.Core.Boot;
using LinboPortal.Infrastructure.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Boot;

/// <summary>Reads the boots of PCs, for those who may see them.</summary>
internal sealed class BootHistory(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    /// <summary>How many boots are compared.</summary>
    public const int Compared = 10;

    /// <summary>The last boots, newest first, ready to be drawn; and an older one where it is asked for.</summary>
    public async Task<IReadOnlyList<BootTimeline>> LastAsync(Guid hostId, Guid? also, Person person, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var boots = db.BootRuns.Where(r => r.HostId == hostId && db.Hosts.VisibleTo(person).Any(h => h.Id == hostId));
        var runs = await boots.OrderByDescending(r => r.StartedAt).Take(Compared).Include(r => r.Steps).ToListAsync(ct);
        if (also is { } id && !runs.Exists(r => r.Id == id))
            runs.AddRange(await boots.Where(r => r.Id == id).Include(r => r.Steps).ToListAsync(ct));
        if (runs.Count == 0)
            return [];
        var groups = await db.Groups.Select(g => new { g.Name, HasStartConf = g.StartConf != null }).ToDictionaryAsync(g => g.Name, g => g.HasStartConf, ct);
        var surroundings = new BootSurroundings(groups);
        var now = time.GetUtcNow();
        return [.. runs.Select(r => BootTimeline.Of(r, surroundings, now))];
    }
}
