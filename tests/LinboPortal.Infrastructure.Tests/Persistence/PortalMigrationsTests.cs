using LinboPortal.Infrastructure.Persistence;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace LinboPortal.Infrastructure.Tests.Persistence;

public sealed class PortalMigrationsTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Several_portals_that_start_at_once_migrate_once()
    {
        var connectionString = await postgres.CreateEmptyDatabaseAsync(Ct);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => MigrateAsync(connectionString)));

        await using var services = Services(connectionString);
        await using var db = await services.GetRequiredService<IDbContextFactory<PortalDb>>().CreateDbContextAsync(Ct);
        Assert.Empty(await db.Database.GetPendingMigrationsAsync(Ct));
        Assert.Equal(0, await db.Hosts.CountAsync(Ct));
    }

    [Fact]
    public async Task The_model_has_no_change_that_a_migration_lacks()
    {
        await using var services = Services("Host=unused");
        await using var db = await services.GetRequiredService<IDbContextFactory<PortalDb>>().CreateDbContextAsync(Ct);
        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Fact]
    public async Task A_server_that_refuses_us_is_named_as_the_setting_to_mend()
    {
        var wrong = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync(Ct)) { Database = "missing" }.ConnectionString;
        var refusal = await Assert.ThrowsAsync<PostgresUnavailableException>(() => MigrateAsync(wrong));
        Assert.Contains("ConnectionStrings:Portal", refusal.Message, StringComparison.Ordinal);
    }

    private static async Task MigrateAsync(string connectionString)
    {
        await using var services = Services(connectionString);
        var migrations = new PortalMigrations(
            services.GetRequiredService<IDbContextFactory<PortalDb>>(), services.GetRequiredService<NpgsqlDataSource>(), TimeProvider.System,
            NullLogger<PortalMigrations>.Instance);
        await migrations.ApplyAsync(Ct);
    }

    private static ServiceProvider Services(string connectionString) =>
        new ServiceCollection().AddSingleton(NpgsqlDataSource.Create(connectionString)).AddPortalDb().BuildServiceProvider();
}
