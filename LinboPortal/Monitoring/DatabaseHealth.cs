using LinboPortal.Infrastructure;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace LinboPortal.Monitoring;

/// <summary>Health <c>database</c>: does it answer, and does its schema fit this program?</summary>
internal sealed class DatabaseHealth(NpgsqlDataSource source, IDbContextFactory<PortalDb> databases) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private volatile bool schemaFits;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await using var connection = await source.OpenConnectionAsync(patience.Token);
            await using var command = new NpgsqlCommand("select 1", connection);
            await command.ExecuteScalarAsync(patience.Token);
            return await CheckSchemaAsync(connection.PostgreSqlVersion, patience.Token);
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
