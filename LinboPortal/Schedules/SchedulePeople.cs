using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Jobs;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Schedules;

/// <summary>As whom a schedule runs.</summary>
internal sealed class SchedulePeople(IDbContextFactory<PortalDb> databases)
{
    /// <summary>Who saved it, with the permissions of today; null where the account is deleted or disabled.</summary>
    public async Task<Person?> FindAsync(Schedule schedule, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var account = await db.Users.Include(a => a.Rooms).FirstOrDefaultAsync(a => a.Id == schedule.SavedByAccount, ct);
        return account is null || account.IsDisabled() ? null : AccountPrincipals.Create(account, "schedule").ToPerson();
    }
}
