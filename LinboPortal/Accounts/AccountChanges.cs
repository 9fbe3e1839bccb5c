using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Infrastructure.Accounts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Accounts;

/// <summary>
/// Adds, changes and deletes accounts. Each change is one transaction with its audit row; open pages, sockets and the next request of the
/// account see it at once.
/// </summary>
internal sealed class AccountChanges(IServiceScopeFactory scopes, AccountNews news, TimeProvider time)
{
    // "accounts" in ASCII: two administrators who demote each other at once go one after the other.
    private const long LockKey = 0x6163636f756e7473;

    public async Task<AccountOutcome> CreateAsync(Person actor, string userName, string password, AccountDraft draft, CancellationToken ct)
    {
        var account = new Account { Id = Guid.CreateVersion7(), UserName = userName.Trim(), Role = draft.Role };
        return await ChangeAsync(actor, account.Id, AuditActions.AccountCreate, account.UserName, draft, async (db, accounts) =>
        {
            account.LockoutEnd = draft.Disabled ? AccountStates.Never : null;
            account.Rooms.AddRange(RoomsOf(account.Id, draft));
            return await UnknownRoomAsync(db, draft, ct) ?? Outcome(account, await accounts.CreateAsync(account, password));
        }, ct);
    }

    public Task<AccountOutcome> UpdateAsync(Person actor, Guid id, AccountDraft draft, string? version, CancellationToken ct) =>
        EditAsync(actor, id, AuditActions.AccountUpdate, draft, async (db, accounts, account) =>
        {
            if (version is not null && version != account.ConcurrencyStamp)
                return new AccountOutcome.Conflict();
            if ((draft.Role is not Role.Administrator || draft.Disabled) && await IsLastAsync(db, account, ct))
                return new AccountOutcome.LastAdministrator();
            if (await UnknownRoomAsync(db, draft, ct) is { } unknown)
                return unknown;
            account.Role = draft.Role;
            if (draft.Disabled || account.IsDisabled())
                account.LockoutEnd = draft.Disabled ? AccountStates.Never : null;
            if (draft.Disabled)
                await EndSessionsAsync(db, id, ct);
            await db.AccountRooms.Where(r => r.AccountId == id).ExecuteDeleteAsync(ct);
            db.AccountRooms.AddRange(RoomsOf(id, draft));
            return Outcome(account, await accounts.UpdateAsync(account));
        }, ct);

    public Task<AccountOutcome> ResetPasswordAsync(Person actor, Guid id, string password, CancellationToken ct) =>
        EditAsync(actor, id, AuditActions.AccountPassword, null, async (db, accounts, account) =>
        {
            await EndSessionsAsync(db, id, ct);
            var token = await accounts.GeneratePasswordResetTokenAsync(account);
            if (!account.IsDisabled())
                (account.LockoutEnd, account.AccessFailedCount) = (null, 0);
            await SignInSources.UnlockAsync(db, account.UserName!, ct);
            return Outcome(account, await accounts.ResetPasswordAsync(account, token, password));
        }, ct);

    public Task<AccountOutcome> ChangeOwnPasswordAsync(Person actor, Guid id, string current, string password, CancellationToken ct) =>
        EditAsync(actor, id, AuditActions.AccountPassword, null, async (db, accounts, account) =>
        {
            await EndSessionsAsync(db, id, ct);
            return Outcome(account, await accounts.ChangePasswordAsync(account, current, password));
        }, ct);

    public Task<AccountOutcome> UnlockAsync(Person actor, Guid id, CancellationToken ct) =>
        EditAsync(actor, id, AuditActions.AccountUnlock, null, async (db, accounts, account) =>
        {
            if (!account.IsDisabled())
                (account.LockoutEnd, account.AccessFailedCount) = (null, 0);
            await SignInSources.UnlockAsync(db, account.UserName!, ct);
            return Outcome(account, await accounts.UpdateAsync(account));
        }, ct);

    public Task<AccountOutcome> DeleteAsync(Person actor, Guid id, CancellationToken ct) =>
        EditAsync(actor, id, AuditActions.AccountDelete, null, async (db, accounts, account) =>
        {
            if (await IsLastAsync(db, account, ct))
                return new AccountOutcome.LastAdministrator();
            // Whoever gets the name later shall not find another's; what was shared stays for all.
            await db.SavedSearches.Where(s => s.Owner == account.UserName && !s.IsShared).ExecuteDeleteAsync(ct);
            return Outcome(account, await accounts.DeleteAsync(account));
        }, ct);

    private Task<AccountOutcome> EditAsync(
        Person actor, Guid id, string action, AccountDraft? draft, Func<PortalDb, UserManager<Account>, Account, Task<AccountOutcome>> edit, CancellationToken ct) =>
        ChangeAsync(actor, id, action, null, draft, async (db, accounts) =>
            await db.Users.AsTracking().SingleOrDefaultAsync(a => a.Id == id, ct) is { } account
                ? await edit(db, accounts, account)
                : new AccountOutcome.NotFound(), ct);

    // A scope of its own: Identity works on one context, which must live no longer than the change.
    private async Task<AccountOutcome> ChangeAsync(
        Person actor, Guid id, string action, string? name, AccountDraft? draft, Func<PortalDb, UserManager<Account>, Task<AccountOutcome>> change,
        CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PortalDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock({LockKey})", ct);
        name ??= await db.Users.Where(a => a.Id == id).Select(a => a.UserName).SingleOrDefaultAsync(ct) ?? "";
        db.Audit(actor, time.GetUtcNow(), action, name, draft is null ? null : Describe(draft));
        var outcome = await change(db, scope.ServiceProvider.GetRequiredService<UserManager<Account>>());
        if (outcome is not AccountOutcome.Done)
            return outcome; // the transaction goes with its audit row
        await transaction.CommitAsync(ct);
        news.Tell(id);
        return outcome;
    }

    // Cookies of before would be refused anyway; without their rows nobody sees them as signed in.
    private static Task<int> EndSessionsAsync(PortalDb db, Guid account, CancellationToken ct) =>
        db.AccountSessions.Where(s => s.AccountId == account).ExecuteDeleteAsync(ct);

    private static async Task<bool> IsLastAsync(PortalDb db, Account account, CancellationToken ct)
    {
        var never = AccountStates.Never;
        return account.Role is Role.Administrator && !account.IsDisabled()
            && !await db.Users.AnyAsync(a => a.Role == Role.Administrator && a.Id != account.Id && (a.LockoutEnd == null || a.LockoutEnd < never), ct);
    }

    private static async Task<AccountOutcome?> UnknownRoomAsync(PortalDb db, AccountDraft draft, CancellationToken ct)
    {
        var wanted = draft.Rooms.Distinct().ToList();
        return await db.Rooms.CountAsync(r => wanted.Contains(r.Id), ct) == wanted.Count
            ? null
            : new AccountOutcome.Invalid("rooms", "UnknownRoom", "One of the rooms does not exist.");
    }

    private static IEnumerable<AccountRoom> RoomsOf(Guid id, AccountDraft draft) =>
        draft.Role is Role.Teacher ? draft.Rooms.Distinct().Select(room => new AccountRoom { AccountId = id, RoomId = room }) : [];

    private static string Describe(AccountDraft draft) =>
        JsonSerializer.Serialize(new { role = draft.Role.ToString(), rooms = draft.Rooms.Count, disabled = draft.Disabled });

    private static AccountOutcome Outcome(Account account, IdentityResult result) => result.Errors.FirstOrDefault() switch
    {
        null => new AccountOutcome.Done(account.Id),
        { Code: nameof(IdentityErrorDescriber.ConcurrencyFailure) } => new AccountOutcome.Conflict(),
        { Code: var code } error when code.StartsWith("Password", StringComparison.Ordinal) => new AccountOutcome.Invalid("password", code, error.Description),
        var error => new AccountOutcome.Invalid("userName", error.Code, error.Description),
    };
}
