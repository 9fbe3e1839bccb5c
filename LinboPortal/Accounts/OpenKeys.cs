using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Accounts;

/// <summary>
/// Deletes data-protection keys that an earlier release stored without encryption: every dump of the database that was ever made holds them, so
/// they must open nothing any more.
/// </summary>
internal sealed partial class OpenKeys(IDbContextFactory<PortalDb> databases, ILogger<OpenKeys> log) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var deleted = await db.DataProtectionKeys.Where(k => k.Xml!.Contains("<masterKey")).ExecuteDeleteAsync(cancellationToken);
        if (deleted > 0)
            LogDeleted(deleted);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Warning, "Deleted {Count} keys for cookies and tokens that lay unencrypted in the database: everybody signs in once more")]
    private partial void LogDeleted(int count);
}
