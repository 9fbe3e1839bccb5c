using LinboPortal.Core.Accounts;
using LinboPortal.Infrastructure.Accounts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LinboPortal.Accounts;

/// <summary>
/// The first administrator: made at start from <c>Accounts:InitialAdminPassword</c>, or on the page <c>/setup</c> by whoever has the setup code.
/// </summary>
internal sealed partial class FirstAccount(
    IServiceScopeFactory scopes, SetupCode code, IOptions<AccountsOptions> options, TimeProvider time, ILogger<FirstAccount> log) : IHostedService
{
    public const string DefaultName = "admin";

    // "admin" in ASCII: two people who set up at once, or two portals that start at once, go one after the other.
    private const long LockKey = 0x61646d696e;

    private volatile bool isDone;

    /// <summary>True once there is an administrator.</summary>
    public async Task<bool> IsDoneAsync(CancellationToken ct)
    {
        if (isDone)
            return true;
        await using var scope = scopes.CreateAsyncScope();
        return isDone = await ExistsAsync(scope.ServiceProvider.GetRequiredService<PortalDb>(), ct);
    }

    /// <summary>The setup code, printed once the address is known; null where there is an administrator already.</summary>
    public string? Code { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var password = options.Value.InitialAdminPassword;
        if (password.Length > 0 && !await IsDoneAsync(cancellationToken))
        {
            var errors = await CreateAsync(DefaultName, password, cancellationToken);
            if (errors is [var first, ..])
                throw new OptionsValidationException(AccountsOptions.Section, typeof(AccountsOptions), [$"Accounts:InitialAdminPassword: {first.Description}"]);
        }

        if (await IsDoneAsync(cancellationToken))
            code.Remove();
        else
            Code = code.Prepare();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Makes the first administrator; does nothing where somebody was faster.</summary>
    /// <returns>What is wrong with name or password; empty when there is an administrator now.</returns>
    public async Task<IReadOnlyList<IdentityError>> CreateAsync(string userName, string password, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PortalDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock({LockKey})", ct);
        if (!await ExistsAsync(db, ct))
        {
            var account = new Account { Id = Guid.CreateVersion7(), UserName = userName, Role = Role.Administrator };
            db.Audit(Person.Portal with { UserName = userName }, time.GetUtcNow(), AuditActions.AccountCreate, userName, """{"role":"Administrator","first":true}""");
            var result = await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().CreateAsync(account, password);
            if (!result.Succeeded)
                return [.. result.Errors];
            await transaction.CommitAsync(ct);
            LogCreated(userName);
        }

        isDone = true;
        Code = null;
        code.Remove();
        return [];
    }

    private static Task<bool> ExistsAsync(PortalDb db, CancellationToken ct) => db.Users.AnyAsync(a => a.Role == Role.Administrator, ct);

    [LoggerMessage(LogLevel.Information, "The first administrator is {UserName}")]
    private partial void LogCreated(string userName);
}
