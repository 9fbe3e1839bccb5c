using LinboPortal.Core.Accounts;
using LinboPortal.Infrastructure.Jobs;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Jobs;

/// <summary>Who has made jobs, to filter by.</summary>
internal sealed class JobPersons(IDbContextFactory<PortalDb> databases)
{
    private const int Most = 200;

    /// <summary>User names, as far as the person may know who made their jobs.</summary>
    public async Task<IReadOnlyList<string>> ReadAsync(Person person, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Jobs.VisibleTo(person).EntirelyVisibleTo(person).Select(j => j.CreatedBy).Distinct().OrderBy(n => n).Take(Most).ToListAsync(ct);
    }
}
