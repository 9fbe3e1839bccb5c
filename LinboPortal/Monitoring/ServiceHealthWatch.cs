using System.Collections.Concurrent;
using LinboPortal.Core.Events;
using LinboPortal.Infrastructure;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LinboPortal.Monitoring;

/// <summary>How a part of the portal is, in words for people.</summary>
/// <param name="Service">As in <c>/ready</c>.</param>
/// <param name="Health">How it is.</param>
/// <param name="Message">In the words of its check.</param>
/// <param name="Since">Since when it is so.</param>
/// <param name="Missing">Files that an administrator has to put in.</param>
public sealed record ServiceReport(string Service, ServiceHealth Health, string Message, DateTimeOffset Since, IReadOnlyList<string> Missing)
{
    /// <summary>True for a part that is switched off or not set up, and is well in that.</summary>
    public bool IsUnused => Health == ServiceHealth.Healthy && Sentence.EndsWith(".off", StringComparison.Ordinal);

    /// <summary>Name of the sentence, for texts in other languages; empty where it has none.</summary>
    public string Sentence { get; init; } = "";

    /// <summary>The parts of the sentence that change.</summary>
    public IReadOnlyList<object> Parts { get; init; } = [];
}

/// <summary>Looks after the parts of the portal all the time, tells changes, and keeps the last report for pages.</summary>
internal sealed partial class ServiceHealthWatch(
    HealthCheckService checks, PortalEvents events, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<ServiceHealthWatch> log)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, ServiceReport> reports = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>The last report, by name.</summary>
    public IReadOnlyList<ServiceReport> Reports => [.. reports.Values.OrderBy(r => r.Service, StringComparer.Ordinal)];

    /// <summary>Looks now.</summary>
    public async Task<IReadOnlyList<ServiceReport>> CheckAsync(CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            foreach (var (service, entry) in (await checks.CheckHealthAsync(ct)).Entries)
                Take(service, entry);
            return Reports;
        }
        finally
        {
            turn.Release();
        }
    }

    public override void Dispose()
    {
        turn.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What has not been started yet is not broken.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (lifetime.ApplicationStarted.Register(() => started.TrySetResult()))
        await using (stoppingToken.Register(() => started.TrySetCanceled()))
            await started.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stoppingToken.IsCancellationRequested)
            return; // another part could not be started
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                await CheckAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Take(string service, HealthReportEntry entry)
    {
        var health = entry.Status switch
        {
            HealthStatus.Healthy => ServiceHealth.Healthy,
            HealthStatus.Degraded => ServiceHealth.Degraded,
            _ => ServiceHealth.Unhealthy,
        };
        // A check that threw has no words of its own; those of the exception are for the log.
        var message = entry.Description ?? entry.Exception?.Message ?? "";
        var before = reports.GetValueOrDefault(service);
        if (before is not null && before.Health == health && before.Message == message)
            return;
        var isChange = before is null ? health is not ServiceHealth.Healthy : before.Health != health;
        reports[service] = new ServiceReport(service, health, message, isChange || before is null ? time.GetUtcNow() : before.Since, MissingOf(entry))
        {
            Sentence = entry.Data.GetValueOrDefault(HealthSentence.Name) as string ?? "",
            Parts = entry.Data.GetValueOrDefault(HealthSentence.Parts) as object[] ?? [],
        };
        events.Publish(new PortalEvent.ServiceHealthChanged(service, health, message));
        if (isChange)
            LogChanged(health is ServiceHealth.Healthy ? LogLevel.Information : LogLevel.Warning, service, health, message);
    }

    private static IReadOnlyList<string> MissingOf(HealthReportEntry entry) =>
        entry.Data.TryGetValue("missing", out var missing) && missing is IEnumerable<string> names ? [.. names] : [];

    [LoggerMessage("{Service} is {Health}: {Message}")]
    private partial void LogChanged(LogLevel level, string service, ServiceHealth health, string message);

    [LoggerMessage(LogLevel.Error, "The health of the portal's parts could not be checked")]
    private partial void LogFailed(Exception exception);
}
