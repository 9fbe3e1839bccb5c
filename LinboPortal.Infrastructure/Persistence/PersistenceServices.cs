using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LinboPortal.Infrastructure.Persistence;

/// <summary>Wires the database.</summary>
public static class PersistenceServices
{
    /// <summary>Adds the database of <c>ConnectionStrings:Portal</c>, or the embedded one; call it before anything that starts a service.</summary>
    public static IServiceCollection AddPortalDatabase(this IServiceCollection services)
    {
        services.AddSingleton(provider => new PostgresCluster(Path.Combine(DataDirectory(provider), "postgres")));
        services.AddSingleton(provider => new EmbeddedPostgres(
            provider.GetRequiredService<PostgresCluster>(), Path.Combine(DataDirectory(provider), "postgres.lock"),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<EmbeddedPostgres>>()));
        services.AddSingleton(CreateSource);
        services.AddSingleton<PortalMigrations>();
        services.AddHostedService(provider => new DatabaseStart(
            provider.GetRequiredService<PortalMigrations>(),
            ConfiguredServer(provider) is null ? provider.GetRequiredService<EmbeddedPostgres>() : null));
        return services.AddPortalDb();
    }

    /// <summary>Adds the context factory on a data source that is made elsewhere (<see cref="NpgsqlDataSource"/> in the container).</summary>
    public static IServiceCollection AddPortalDb(this IServiceCollection services) =>
        services.AddDbContextFactory<PortalDb>((provider, options) => Configure(options, provider.GetRequiredService<NpgsqlDataSource>()));

    /// <summary>What every context has in common; tests and tools use it too.</summary>
    public static DbContextOptionsBuilder Configure(DbContextOptionsBuilder options, NpgsqlDataSource source) => options
        .UseNpgsql(source, npgsql => npgsql.MigrationsHistoryTable("migrations", "public"))
        .UseSnakeCaseNamingConvention()
        .AddInterceptors(TextInQueries)
        .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTrackingWithIdentityResolution);

    private static readonly BrokenTextInQueries TextInQueries = new();

    private static NpgsqlDataSource CreateSource(IServiceProvider provider)
    {
        var text = ConfiguredServer(provider) ?? provider.GetRequiredService<PostgresCluster>().ConnectionString();
        try
        {
            var server = new NpgsqlConnectionStringBuilder(text);
            // As a secret of its own: it stands in a file that only this program reads.
            if (provider.GetRequiredService<IConfiguration>().GetConnectionString("PortalPassword") is { Length: > 0 } password)
                server.Password = password;
            return new NpgsqlDataSourceBuilder(server.ConnectionString) { Name = "portal" }.UseLoggerFactory(provider.GetRequiredService<ILoggerFactory>()).Build();
        }
        catch (ArgumentException e)
        {
            // Not the inner message alone: it does not know where the text comes from. Never the text: a password stands in it.
            throw new InvalidOperationException($"ConnectionStrings:Portal is no connection string of PostgreSQL: {e.Message}", e);
        }
    }

    private static string? ConfiguredServer(IServiceProvider provider) =>
        provider.GetRequiredService<IConfiguration>().GetConnectionString("Portal") is { Length: > 0 } text ? text : null;

    private static string DataDirectory(IServiceProvider provider) => provider.GetRequiredService<IOptions<PortalOptions>>().Value.DataDirectory;
}
