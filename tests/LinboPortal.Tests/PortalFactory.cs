using LinboPortal.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace LinboPortal.Tests;

/// <summary>
/// The whole portal in process, on a database and data directory of its own, with nothing bound that needs a system port.
/// As <c>IClassFixture&lt;PortalFactory&gt;</c>: one portal a test class.
/// </summary>
public sealed class PortalFactory(PostgresFixture postgres) : WebApplicationFactory<Program>, IAsyncLifetime
{
    private readonly Dictionary<string, string> settings = [];
    private string connectionString = "";

    /// <summary>The portal's data directory.</summary>
    public string DataDirectory { get; } = Directory.CreateTempSubdirectory("linboportal-test-").FullName;

    /// <summary>Sets a setting before the first request.</summary>
    public PortalFactory With(string setting, string value)
    {
        settings[setting] = value;
        return this;
    }

    public async ValueTask InitializeAsync() => connectionString = await postgres.CreateDatabaseAsync(CancellationToken.None);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await postgres.DropDatabaseAsync(connectionString, CancellationToken.None);
        Directory.Delete(DataDirectory, recursive: true);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Testing");
        builder.UseSetting("ConnectionStrings:Portal", connectionString);
        builder.UseSetting("Portal:DataDirectory", DataDirectory);
        builder.UseSetting("Portal:ServerAddress", "127.0.0.1");
        builder.UseSetting("Boot:Tftp:Port", "0");
        builder.UseSetting("Distribution:Rsync:Enabled", "false");
        builder.UseSetting("Remote:Probe:Enabled", "false");
        foreach (var (setting, value) in settings)
            builder.UseSetting(setting, value);
    }
}
