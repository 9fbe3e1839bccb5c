using System.Globalization;
using LinboPortal.Core.Events;
using Npgsql;

namespace LinboPortal.Hosts.Import;

/// <summary>
/// Hears of imports that another process made (the command line, a second portal) and tells this portal, so that its pages and the LINBO tree follow.
/// </summary>
internal sealed partial class ImportNews(NpgsqlDataSource source, PortalEvents events, TimeProvider time, ILogger<ImportNews> log) : BackgroundService
{
    private const string Channel = "portal_imported";
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);
    private static readonly string Self = Guid.CreateVersion7().ToString("N");

    /// <summary>What to send with an import, within its transaction.</summary>
    public static FormattableString Notice(ImportPlan plan) =>
        $"select pg_notify({Channel}, {string.Create(CultureInfo.InvariantCulture, $"{Self} {plan.New.Count} {plan.Changed.Count} {plan.Deleted}")})";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException)
            {
                LogLost(exception.Message);
                await Task.Delay(Again, time, stoppingToken);
            }
        }
    }

    private async Task ListenAsync(CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        connection.Notification += (_, news) => Tell(news.Payload);
        await using var listen = new NpgsqlCommand($"listen {Channel}", connection);
        await listen.ExecuteNonQueryAsync(ct);
        while (true)
            await connection.WaitAsync(ct);
    }

    private void Tell(string payload)
    {
        if (payload.Split(' ') is [var sender, var created, var updated, var deleted] && sender != Self
            && int.TryParse(created, CultureInfo.InvariantCulture, out var c) && int.TryParse(updated, CultureInfo.InvariantCulture, out var u)
            && int.TryParse(deleted, CultureInfo.InvariantCulture, out var d))
            events.Publish(new PortalEvent.HostsImported(c, u, d));
    }

    [LoggerMessage(LogLevel.Debug, "Imports of other processes are not heard for now: {Reason}")]
    private partial void LogLost(string reason);
}
