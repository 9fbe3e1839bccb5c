using LinboPortal.Core.Accounts;
using LinboPortal.Core.StartConf;
using LinboPortal.Infrastructure.Hosts;
using LinboPortal.Infrastructure.Jobs;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Jobs;

/// <summary>What the systems of PCs are called, so that nobody has to count positions.</summary>
internal sealed class SystemNames(IDbContextFactory<PortalDb> databases)
{
    /// <summary>Names by position for the PCs of a job that the person sees.</summary>
    public async Task<IReadOnlyDictionary<int, string>> OfJobAsync(Person person, Guid job, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var runs = db.HostRuns.VisibleTo(person).Where(r => r.JobId == job);
        var confs = await db.Hosts.VisibleTo(person).Where(h => runs.Any(r => r.HostId == h.Id) && h.Group!.StartConf != null)
            .Select(h => h.Group!.StartConf!).Distinct().ToListAsync(ct);
        return Of(confs.Select(StartConfReader.Read));
    }

    /// <summary>Names by position; a position that is another system in another group has none.</summary>
    public static IReadOnlyDictionary<int, string> Of(IEnumerable<StartConfDocument> confs) =>
        confs.SelectMany(c => c.OperatingSystems).Where(s => s.Name.Length > 0).GroupBy(s => s.Number)
            .Where(g => g.Select(s => s.Name).Distinct().Count() == 1).ToDictionary(g => g.Key, g => g.First().Name);
}
