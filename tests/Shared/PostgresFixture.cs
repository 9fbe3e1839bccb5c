using LinboPortal.Infrastructure.Persistence;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace LinboPortal.Testing;

/// <summary>One private PostgreSQL for all tests of the process, started by the first test that needs a database.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private const string Prefix = "linboportal-pg-";
    private const string Template = "template_portal";

    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly string directory = Path.Combine(Path.GetTempPath(), Prefix + Environment.ProcessId);
    private PostgresCluster? cluster;
    private int databases;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>A new migrated database.</summary>
    /// <returns>Its connection string.</returns>
    public Task<string> CreateDatabaseAsync(CancellationToken ct) => CopyAsync(Template, ct);

    /// <summary>A new database without a table.</summary>
    /// <returns>Its connection string.</returns>
    public Task<string> CreateEmptyDatabaseAsync(CancellationToken ct) => CopyAsync("template0", ct);

    /// <summary>Ends all connections of a database and lets nobody in; or lets all in again.</summary>
    public async Task CloseAsync(string connectionString, bool closed, CancellationToken ct)
    {
        var name = new NpgsqlConnectionStringBuilder(connectionString).Database;
        await ExecuteAsync($"alter database {name} with allow_connections {(closed ? "false" : "true")}", ct);
        if (closed)
            await ExecuteAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'", ct);
    }

    /// <summary>Removes a database, whoever is still connected.</summary>
    public Task DropDatabaseAsync(string connectionString, CancellationToken ct) =>
        ExecuteAsync($"drop database if exists {new NpgsqlConnectionStringBuilder(connectionString).Database} with (force)", ct);

    public async ValueTask DisposeAsync()
    {
        gate.Dispose();
        if (cluster is null)
            return;
        NpgsqlConnection.ClearAllPools();
        await cluster.StopAsync(CancellationToken.None);
        Directory.Delete(directory, recursive: true);
    }

    private async Task<string> CopyAsync(string template, CancellationToken ct)
    {
        await gate.WaitAsync(ct); // one copy at a time: PostgreSQL refuses to copy a template that is in use
        try
        {
            cluster ??= await StartAsync(ct);
            var name = $"test_{++databases}";
            await ExecuteAsync($"create database {name} template {template} strategy file_copy owner portal", ct);
            return cluster.ConnectionString(name);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<PostgresCluster> StartAsync(CancellationToken ct)
    {
        await RemoveLeftoversAsync();
        cluster = Cluster(directory);
        await cluster.StartAsync(ct);
        await ExecuteAsync($"create database {Template} owner portal", ct);
        await using var source = NpgsqlDataSource.Create(cluster.ConnectionString(Template) + ";Pooling=false");
        await using var db = new PortalDb((DbContextOptions<PortalDb>)PersistenceServices.Configure(new DbContextOptionsBuilder<PortalDb>(), source).Options);
        await db.Database.MigrateAsync(ct);
        return cluster;
    }

    private async Task ExecuteAsync(string sql, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(cluster!.ConnectionString("postgres", "postgres") + ";Pooling=false");
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    private static PostgresCluster Cluster(string directory) => new(directory, forTests: true);

    // A test process that was killed could not clean up behind itself.
    private static async Task RemoveLeftoversAsync()
    {
        foreach (var left in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            if (Directory.Exists("/proc/" + Path.GetFileName(left)[Prefix.Length..]))
                continue;
            await Cluster(left).StopAsync(CancellationToken.None);
            Directory.Delete(left, recursive: true);
        }
    }
}

/// <summary>A database of a test class' own: <c>IClassFixture&lt;TestDatabase&gt;</c>.</summary>
public sealed class TestDatabase(PostgresFixture postgres) : IAsyncLifetime
{
    private ServiceProvider? services;

    /// <summary>Where it is.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>Its connections.</summary>
    public NpgsqlDataSource Source => services!.GetRequiredService<NpgsqlDataSource>();

    /// <summary>Contexts on it.</summary>
    public IDbContextFactory<PortalDb> Databases => services!.GetRequiredService<IDbContextFactory<PortalDb>>();

    /// <summary>Ends all its connections and lets nobody in; or lets all in again.</summary>
    public Task CloseAsync(bool closed, CancellationToken ct) => postgres.CloseAsync(ConnectionString, closed, ct);

    public async ValueTask InitializeAsync()
    {
        ConnectionString = await postgres.CreateDatabaseAsync(CancellationToken.None);
        services = new ServiceCollection().AddSingleton(NpgsqlDataSource.Create(ConnectionString)).AddPortalDb().BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        if (services is not null)
            await services.DisposeAsync();
        await postgres.DropDatabaseAsync(ConnectionString, CancellationToken.None);
    }
}
