using LinboPortal.Accounts;
using LinboPortal.Cli;
using LinboPortal.Core.Accounts;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Tests.Cli;

/// <summary><c>LinboPortal account</c>, on the database of a portal that runs.</summary>
public sealed class AccountCommandTests(PortalFactory portal) : IClassFixture<PortalFactory>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_account_is_unlocked_and_gets_a_password_on_the_server()
    {
        var account = await portal.CreateAccountAsync("stranded", Role.Administrator);
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        await db.Users.Where(a => a.Id == account.Id).ExecuteUpdateAsync(s => s.SetProperty(a => a.LockoutEnd, AccountStates.Never), Ct);

        Assert.Equal(0, await RunAsync("list"));
        Assert.Equal(1, await RunAsync("unlock", "nobody"));
        Assert.Equal(0, await RunAsync("unlock", "Stranded"));
        Assert.Null(await db.Users.Where(a => a.Id == account.Id).Select(a => a.LockoutEnd).SingleAsync(Ct));

        Assert.Equal(0, await RunAsync("password", "stranded"));
        Assert.NotEqual(account.PasswordHash, await db.Users.Where(a => a.Id == account.Id).Select(a => a.PasswordHash).SingleAsync(Ct));
        Assert.Equal(["account.password", "account.unlock"], await db.AuditEntries.Where(a => a.Subject == "stranded").OrderBy(a => a.Action).Select(a => a.Action).ToListAsync(Ct));
    }

    private async Task<int> RunAsync(params string[] words)
    {
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        return await PortalCommands.RunAsync(
            ["account", .. words, $"--ConnectionStrings:Portal={db.Database.GetConnectionString()}", $"--Portal:DataDirectory={portal.DataDirectory}", "--Portal:ServerAddress=127.0.0.1"]);
    }
}
