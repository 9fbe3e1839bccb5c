using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Npgsql;

namespace LinboPortal.Infrastructure.Persistence;

/// <summary>Lets <c>dotnet ef migrations add</c> work without a running database.</summary>
internal sealed class PortalDbDesign : IDesignTimeDbContextFactory<PortalDb>
{
    public PortalDb CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<PortalDb>();
        PersistenceServices.Configure(options, NpgsqlDataSource.Create("Host=unused"));
        return new PortalDb(options.Options);
    }
}
