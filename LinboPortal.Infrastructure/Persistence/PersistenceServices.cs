using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace LinboPortal.Infrastructure.Persistence;

/// <summary>Wires the database.</summary>
public static class PersistenceServices
{
    /// <summary>Adds the context factory on a data source that is made elsewhere (<see cref="NpgsqlDataSource"/> in the container).</summary>
    public static IServiceCollection AddPortalDb(this IServiceCollection services) =>
        services.AddDbContextFactory<PortalDb>((provider, options) => Configure(options, provider.GetRequiredService<NpgsqlDataSource>()));

    /// <summary>What every context has in common; tests and tools use it too.</summary>
    public static DbContextOptionsBuilder Configure(DbContextOptionsBuilder options, NpgsqlDataSource source) => options
        .UseNpgsql(source, npgsql => npgsql.MigrationsHistoryTable("migrations", "public"))
        .UseSnakeCaseNamingConvention()
        .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTrackingWithIdentityResolution);
}
