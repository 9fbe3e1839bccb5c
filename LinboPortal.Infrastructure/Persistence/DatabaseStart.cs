using Microsoft.Extensions.Hosting;

namespace LinboPortal.Infrastructure.Persistence;

/// <summary>The first service to start and the last to stop: the database is there before anything else runs.</summary>
/// <param name="migrations">Brings the schema up to date.</param>
/// <param name="embedded">The embedded server; null where ConnectionStrings:Portal names one.</param>
public sealed class DatabaseStart(PortalMigrations migrations, EmbeddedPostgres? embedded) : IHostedService
{
    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (embedded is not null)
            await embedded.StartAsync(cancellationToken);
        await migrations.ApplyAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => embedded?.StopAsync() ?? Task.CompletedTask;
}
