using LinboPortal.Infrastructure;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace LinboPortal.Monitoring;

/// <summary>Health <c>database</c>: does it answer, can it write, and does its schema fit this program?</summary>
internal sealed class DatabaseHealth(NpgsqlDataSource source, IDbContextFactory<PortalDb> databases) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    // A sort that is too large for so little memory needs a file: full disks are found before a person's work is lost.
    private const string Write = """
        begin;
        set local work_mem = '64kB';
        select count(*) from (select md5(i::text) as text from generate_series(1, 4000) i order by text offset 0) sorted;
        commit;
        """;

    private volatile bool schemaFits;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await using var connection = await source.OpenConnectionAsync(patience.Token);
            await using var command = new NpgsqlCommand("select current_setting('transaction_read_only') = 'on'", connection);
            if (await command.ExecuteScalarAsync(patience.Token) is true)
                return HealthCheckResult.Unhealthy("PostgreSQL takes no changes: it is a standby, or read only").As("database.readonly");
            await using var write = new NpgsqlCommand(Write, connection);
            await write.ExecuteNonQueryAsync(patience.Token);
            return await CheckSchemaAsync(connection.PostgreSqlVersion, patience.Token);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DiskFull or PostgresErrorCodes.IoError)
        {
            return HealthCheckResult.Unhealthy($"PostgreSQL cannot write: {e.MessageText}. Free space on its disk", e).As("database.full", e.MessageText);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy(
                "PostgreSQL does not answer. The portal keeps trying; see ConnectionStrings:Portal or, for the embedded one, the log below the data directory",
                e).As("database.away");
        }
    }

    private async Task<HealthCheckResult> CheckSchemaAsync(Version version, CancellationToken ct)
    {
        if (!schemaFits)
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            if ((await db.Database.GetPendingMigrationsAsync(ct)).Any())
                return HealthCheckResult.Degraded("The schema is older than this program: restart the portal to bring it up to date").As("database.old");
            schemaFits = true;
        }

        return HealthCheckResult.Healthy($"PostgreSQL {version} answers").As("database.well", version);
    }
}
