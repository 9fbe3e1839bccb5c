using System.Diagnostics.Metrics;
using LinboPortal.Infrastructure.Monitoring;
using Microsoft.Extensions.Options;

namespace LinboPortal.Monitoring.Metrics;

/// <summary>The portal's meter: registers what the parts have, and lets them read what they must ask for before somebody scrapes.</summary>
internal sealed partial class PortalMetrics(
    IMeterFactory meters, IEnumerable<IPortalFigures> parts, IOptions<MetricsOptions> options, TimeProvider time, ILogger<PortalMetrics> log)
    : IHostedService, IDisposable
{
    public const string Meter = "LinboPortal";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly IReadOnlyList<IPortalFigures> parts = [.. parts];
    private readonly SemaphoreSlim turn = new(1, 1);
    private long? readAt;

    /// <summary>Reads anew what is older than a few seconds; a part that does not answer has no numbers this time.</summary>
    public async Task RefreshAsync(CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            if (readAt is { } at && time.GetElapsedTime(at) < TimeSpan.FromSeconds(options.Value.CacheSeconds))
                return;
            readAt = time.GetTimestamp();
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
            patience.CancelAfter(Patience);
            await Task.WhenAll(parts.Select(p => RefreshAsync(p, patience.Token)));
        }
        finally
        {
            turn.Release();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var meter = meters.Create(Meter);
        foreach (var part in parts)
            part.Register(meter);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => turn.Dispose();

    private async Task RefreshAsync(IPortalFigures part, CancellationToken ct)
    {
        try
        {
            await part.RefreshAsync(ct);
        }
        catch (Exception e)
        {
            LogFailed(part.GetType().Name, e.GetBaseException().Message);
        }
    }

    [LoggerMessage(LogLevel.Debug, "{Part} has no numbers now: {Reason}")]
    private partial void LogFailed(string part, string reason);
}
