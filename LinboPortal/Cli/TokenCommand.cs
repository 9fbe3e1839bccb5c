using System.CommandLine;
using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Cli;

/// <summary><c>LinboPortal token create USER</c>: a bearer token for a script on the server itself, without a password.</summary>
internal static class TokenCommand
{
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(1);

    public static Command Create()
    {
        var user = new Argument<string>("user") { Description = "User name of the account that the token stands for" };
        var lifetime = new Option<TimeSpan?>("--lifetime") { Description = "How long it is good for, at most 1.00:00:00; default: Accounts:TokenLifetime" };
        var create = new Command("create", "Prints a bearer token for an account") { user, lifetime };
        create.TreatUnmatchedTokensAsErrors = false; // settings
        create.SetAction((parsed, ct) => CommandHost.RunAsync(
            parsed.UnmatchedTokens, builder => builder.AddAccounts(),
            (services, stop) => PrintAsync(services, parsed.GetRequiredValue(user), parsed.GetValue(lifetime), stop), ct));
        return new Command("token", "Tokens for scripts") { create };
    }

    private static async Task<int> PrintAsync(IServiceProvider services, string userName, TimeSpan? lifetime, CancellationToken ct)
    {
        if (lifetime <= TimeSpan.Zero || lifetime > LongestLifetime)
        {
            await Console.Error.WriteLineAsync("--lifetime must lie between 00:00:01 and 1.00:00:00.");
            return PortalCommands.NotUnderstood;
        }

        await using var db = await services.GetRequiredService<IDbContextFactory<PortalDb>>().CreateDbContextAsync(ct);
        var name = userName.ToUpperInvariant();
        var account = await db.Users.SingleOrDefaultAsync(a => a.NormalizedUserName == name, ct);
        if (account is null || account.IsDisabled())
        {
            await Console.Error.WriteLineAsync(account is null ? $"There is no account {userName}." : $"The account {userName} is disabled.");
            return 1;
        }

        var (token, expires) = services.GetRequiredService<AccountTokens>().Create(account, lifetime);
        db.Audit(Person.Portal, services.GetRequiredService<TimeProvider>().GetUtcNow(), AuditActions.TokenCreate, account.UserName!);
        await db.SaveChangesAsync(ct);
        await Console.Out.WriteLineAsync(token);
        await Console.Error.WriteLineAsync($"Good until {expires:u}.");
        return 0;
    }
}
