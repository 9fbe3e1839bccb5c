using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LinboPortal.Infrastructure.Persistence;

/// <summary>Brings the database to the portal's schema. Several portals may do so at once: an advisory lock lets one go first.</summary>
public sealed partial class PortalMigrations(
    IDbContextFactory<PortalDb> databases, NpgsqlDataSource source, TimeProvider time, ILogger<PortalMigrations> log)
{
    // "linbo" in ASCII; any constant would do that nobody else takes in this database.
    private const long LockKey = 0x6c696e626f;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <summary>Waits for the server where it is not up yet, then applies what is missing.</summary>
    /// <exception cref="PostgresUnavailableException">The server does not answer, or refuses us.</exception>
    public async Task ApplyAsync(CancellationToken ct)
    {
        await using var connection = await OpenAsync(ct);
        await ExecuteAsync(connection, $"select pg_advisory_lock({LockKey})", ct);
        try
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            // Without its table the first look is a failed command, and an error in the log of every first start.
            await db.GetService<IHistoryRepository>().CreateIfNotExistsAsync(ct);
            var missing = (await db.Database.GetPendingMigrationsAsync(ct)).ToList();
            if (missing is [])
                return;
            await db.Database.MigrateAsync(ct);
            LogApplied(missing.Count, missing[^1]);
        }
        finally
        {
            await ExecuteAsync(connection, $"select pg_advisory_unlock({LockKey})", CancellationToken.None); // a pooled connection would keep it
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken ct)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await source.OpenConnectionAsync(ct);
            }
            catch (NpgsqlException e) when (e.IsTransient && time.GetElapsedTime(start) < LongestWait)
            {
                LogWaiting(e.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), time, ct);
            }
            catch (NpgsqlException e)
            {
                throw new PostgresUnavailableException($"The database of ConnectionStrings:Portal cannot be used: {e.Message}", e);
            }
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 }; // another portal may migrate for long
        await command.ExecuteNonQueryAsync(ct);
    }

    [LoggerMessage(LogLevel.Information, "{Count} migrations applied, the last is {Last}")]
    private partial void LogApplied(int count, string last);

    [LoggerMessage(LogLevel.Warning, "The database does not answer yet: {Reason}")]
    private partial void LogWaiting(string reason);
}
