using System.Threading.Channels;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Events;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LinboPortal.Infrastructure.Boot;

/// <summary>
/// Takes what the servers of the portal observe and keeps it as boots: which PC, which start of it, which step.
/// While the database is away, observations wait in memory up to a bound; a boot never waits for the journal.
/// </summary>
public sealed partial class BootJournal(
    IDbContextFactory<PortalDb> databases, PortalEvents events, TimeProvider time, ILogger<BootJournal> log) : BackgroundService
{
    private const int Capacity = 16384;
    private const int MaxBatch = 500;
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LastChance = TimeSpan.FromSeconds(2);

    private readonly Channel<BootObservation> observations = Channel.CreateBounded<BootObservation>(
        new BoundedChannelOptions(Capacity) { SingleReader = true });

    private readonly BootWriter writer = new(databases, time);
    private readonly BootAttribution attribution = new();
    private bool resumed;
    private long dropped;

    /// <summary>Observations lost because nobody could write them down in time.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <summary>Counts of all that was observed.</summary>
    public TransferTally Transfers { get; } = new();

    /// <summary>Takes an observation. Never blocks, never throws; counts what it must drop.</summary>
    public void Report(BootObservation observation)
    {
        if (observation.Client is { IsIPv4MappedToIPv6: true } mapped)
            observation = observation with { Client = mapped.MapToIPv4() };
        Transfers.Take(observation);
        if (!observations.Writer.TryWrite(observation))
            Interlocked.Increment(ref dropped);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        // The TFTP server's last transfers may have used up the time of all parts; writing them down is bounded by itself.
        if (ExecuteTask is { } writing)
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await observations.Reader.WaitToReadAsync(stoppingToken))
            {
                await Task.Delay(Gathering, time, stoppingToken);
                await WriteUntilDoneAsync(NextBatch(), stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await WriteTheRestAsync();
        }
    }

    private List<BootObservation> NextBatch()
    {
        var batch = new List<BootObservation>();
        while (batch.Count < MaxBatch && observations.Reader.TryRead(out var seen))
            batch.Add(seen);
        return batch;
    }

    private async Task WriteUntilDoneAsync(List<BootObservation> batch, CancellationToken ct)
    {
        List<AttributedStep>? steps = null;
        for (var failures = 0; ; failures++)
        {
            try
            {
                steps ??= await AttributeAsync(batch, ct);
                foreach (var portalEvent in await writer.WriteAsync(steps, ct))
                    events.Publish(portalEvent);
                if (failures > 0)
                    LogBack(failures, Dropped);
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                if (!BootWriter.IsDatabaseAway(e))
                {
                    LogLost(e, batch.Count);
                    return;
                }

                if (failures == 0)
                    LogAway(e.GetBaseException().Message);
            }

            await Task.Delay(RetryEvery, time, ct);
        }
    }

    private async Task<List<AttributedStep>> AttributeAsync(List<BootObservation> batch, CancellationToken ct)
    {
        if (!resumed)
        {
            foreach (var run in await writer.LoadOpenAsync(ct))
                attribution.Resume(run);
            resumed = true;
        }

        var known = await writer.LookUpAsync(batch, ct);
        attribution.Forget(time.GetUtcNow());
        return [.. batch.Select(seen => attribution.Take(seen, known)).OfType<AttributedStep>()];
    }

    private async Task WriteTheRestAsync()
    {
        using var limit = new CancellationTokenSource(LastChance, time);
        try
        {
            while (NextBatch() is [_, ..] batch)
                await writer.WriteAsync(await AttributeAsync(batch, limit.Token), limit.Token);
        }
        catch (Exception e)
        {
            LogRest(e.GetBaseException().Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The database does not answer ({Reason}); boot steps wait in memory")]
    private partial void LogAway(string reason);

    [LoggerMessage(LogLevel.Information, "The database is back after {Attempts} attempts; {Dropped} boot steps were lost so far")]
    private partial void LogBack(int attempts, long dropped);

    [LoggerMessage(LogLevel.Error, "{Count} boot observations could not be written")]
    private partial void LogLost(Exception exception, int count);

    [LoggerMessage(LogLevel.Warning, "The last boot steps were not written before the end: {Reason}")]
    private partial void LogRest(string reason);
}
