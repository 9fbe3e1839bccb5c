using System.CommandLine;
using System.Security.Cryptography;
using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Infrastructure.Accounts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Cli;

/// <summary><c>LinboPortal account list|unlock|password</c>: for whoever has the server and cannot sign in any more.</summary>
internal static class AccountCommand
{
    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789";
    private const int MadeLength = 20;

    public static Command Create()
    {
        var user = new Argument<string>("user") { Description = "User name of the account" };
        return new Command("account", "Accounts, on the server itself")
        {
            Describe(new Command("list", "Lists the accounts"), (_, services, ct) => ListAsync(services, ct)),
            Describe(new Command("unlock", "Lets an account sign in again: forgets wrong passwords, enables it where it was disabled") { user },
                (parsed, services, ct) => UnlockAsync(services, parsed.GetRequiredValue(user), ct)),
            Describe(new Command("password", "Sets a password: the first line of standard input, or one that is made and printed") { user },
                (parsed, services, ct) => SetPasswordAsync(services, parsed.GetRequiredValue(user), ct)),
        };
    }

    private static Command Describe(Command command, Func<ParseResult, IServiceProvider, CancellationToken, Task<int>> run)
    {
        command.TreatUnmatchedTokensAsErrors = false; // settings
        command.SetAction((parsed, ct) => CommandHost.RunAsync(parsed.UnmatchedTokens, builder => builder.AddAccounts(), (services, stop) => run(parsed, services, stop), ct));
        return command;
    }

    private static async Task<int> ListAsync(IServiceProvider services, CancellationToken ct)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<PortalDb>>().CreateDbContextAsync(ct);
        foreach (var account in await db.Users.OrderBy(a => a.UserName).ToListAsync(ct))
            await Console.Out.WriteLineAsync($"{account.UserName}\t{account.Role}\t{(account.IsDisabled() ? "disabled" : "enabled")}");
        return 0;
    }

    private static async Task<int> UnlockAsync(IServiceProvider services, string userName, CancellationToken ct)
    {
        if (await FindAsync(services, userName, ct) is not { } account)
            return 1;
        await using var db = await services.GetRequiredService<IDbContextFactory<PortalDb>>().CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Users.Where(a => a.Id == account.Id).ExecuteUpdateAsync(
            s => s.SetProperty(a => a.LockoutEnd, (DateTimeOffset?)null).SetProperty(a => a.AccessFailedCount, 0), ct);
        await SignInSources.UnlockAsync(db, account.UserName!, ct);
        db.Audit(Person.Portal, services.GetRequiredService<TimeProvider>().GetUtcNow(), AuditActions.AccountUnlock, account.UserName!);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        await Console.Out.WriteLineAsync($"{account.UserName} can sign in.");
        return 0;
    }

    private static async Task<int> SetPasswordAsync(IServiceProvider services, string userName, CancellationToken ct)
    {
        if (await FindAsync(services, userName, ct) is not { } account)
            return 1;
        var given = Console.IsInputRedirected ? await Console.In.ReadLineAsync(ct) : null;
        var password = string.IsNullOrEmpty(given) ? RandomNumberGenerator.GetString(Letters, MadeLength) : given;
        switch (await services.GetRequiredService<AccountChanges>().ResetPasswordAsync(Person.Portal, account.Id, password, ct))
        {
            case AccountOutcome.Done:
                await Console.Out.WriteLineAsync(string.IsNullOrEmpty(given) ? password : $"{account.UserName} has the new password.");
                return 0;
            case AccountOutcome.Invalid(_, _, var why):
                await Console.Error.WriteLineAsync(why);
                return 1;
            default:
                await Console.Error.WriteLineAsync($"{account.UserName} was changed by somebody else at the same time: try again.");
                return 1;
        }
    }

    private static async Task<Account?> FindAsync(IServiceProvider services, string userName, CancellationToken ct)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<PortalDb>>().CreateDbContextAsync(ct);
        var name = userName.ToUpperInvariant();
        var account = await db.Users.SingleOrDefaultAsync(a => a.NormalizedUserName == name, ct);
        if (account is null)
            await Console.Error.WriteLineAsync($"There is no account {userName}: LinboPortal account list names them.");
        return account;
    }
}
