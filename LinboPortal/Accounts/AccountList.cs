using LinboPortal.Infrastructure.Accounts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Accounts;

/// <summary>Reads accounts, a page at a time.</summary>
internal sealed class AccountList(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    /// <summary>One page of accounts by name, and how many there are.</summary>
    public async Task<(IReadOnlyList<AccountRow> Rows, int Total)> ReadAsync(string? search, int skip, int take, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var accounts = Matching(db.Users, search);
        var total = await accounts.CountAsync(ct);
        var rows = await Rows(accounts.OrderBy(a => a.NormalizedUserName).Skip(skip).Take(take)).ToListAsync(ct);
        return (rows, total);
    }

    /// <summary>One account by key or name.</summary>
    public async Task<AccountRow?> FindAsync(string account, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var name = account.ToUpperInvariant();
        var found = Guid.TryParse(account, out var id) ? db.Users.Where(a => a.Id == id) : db.Users.Where(a => a.NormalizedUserName == name);
        return await Rows(found).SingleOrDefaultAsync(ct);
    }

    /// <summary>All rooms, for choosing.</summary>
    public async Task<IReadOnlyList<RoomName>> RoomsAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Rooms.OrderBy(r => r.Name).Select(r => new RoomName(r.Id, r.Name)).ToListAsync(ct);
    }

    private static IQueryable<Account> Matching(IQueryable<Account> accounts, string? search)
    {
        var pattern = $"%{Escape(search)}%";
        return string.IsNullOrWhiteSpace(search) ? accounts : accounts.Where(a => EF.Functions.ILike(a.UserName!, pattern));
    }

    // What people type is text, not a pattern.
    private static string Escape(string? search) => (search ?? "").Trim().Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);

    private IQueryable<AccountRow> Rows(IQueryable<Account> accounts)
    {
        var (now, never) = (time.GetUtcNow(), AccountStates.Never);
        return accounts.Select(a => new AccountRow(
            a.Id, a.UserName!, a.Role, a.Rooms.OrderBy(r => r.Room!.Name).Select(r => new RoomName(r.RoomId, r.Room!.Name)).ToList(),
            a.LockoutEnd >= never, a.LockoutEnd > now && a.LockoutEnd < never ? a.LockoutEnd : null, a.ConcurrencyStamp!));
    }
}
