using System.Collections.Concurrent;
using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Distribution;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>
/// Fetches the log of a boot over SSH where no menu asks the portal to take it: LINBO's own request comes before its SSH server runs, so that
/// nobody can answer it. Once a boot, a few PCs at a time, again after a pause where the connection fails.
/// </summary>
internal sealed partial class BootLogs(
    SshConnections connections, ClientLogs logs, ClientCallBacks callBacks, IDbContextFactory<PortalDb> databases, TimeProvider time, ILogger<BootLogs> logger)
    : BackgroundService
{
    private const int AtOnce = 4;
    private const string Log = "linbo.log";

    // Another pause than that of the PC's own request, which is never refused because of this.
    private const string Kind = "boot log";

    private readonly ConcurrentDictionary<Guid, byte> pending = [];
    private readonly SemaphoreSlim turns = new(AtOnce, AtOnce);
    private readonly TaskCompletionSource<CancellationToken> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int attempts;

    /// <summary>How long the menu has to hand the log over by itself.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Pauses before another attempt; after the last one the log is given up.</summary>
    public IReadOnlyList<TimeSpan> Pauses { get; init; } = [TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2)];

    /// <summary>PCs whose log is still to be fetched.</summary>
    public int Count => pending.Count;

    /// <summary>Attempts so far.</summary>
    public int Attempts => attempts;

    /// <summary>LINBO's SSH server on that PC has begun to answer.</summary>
    public void Answers(ProbedHost host)
    {
        if (pending.TryAdd(host.Id, 0))
            _ = Task.Run(() => FollowAsync(host), CancellationToken.None); // ends with the portal
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        started.SetResult(stoppingToken);
        await Task.Delay(Timeout.InfiniteTimeSpan, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task FollowAsync(ProbedHost host)
    {
        try
        {
            var stop = await started.Task;
            await Task.Delay(Patience, time, stop);
            var problem = "";
            foreach (var pause in Pauses.Append(TimeSpan.Zero))
            {
                problem = await TryAsync(host, stop);
                if (problem.Length == 0)
                    return;
                await Task.Delay(pause, time, stop);
            }

            LogGivenUp(host.Address.ToString(), problem);
        }
        catch (OperationCanceledException)
        {
            // The portal ends.
        }
        finally
        {
            pending.TryRemove(host.Id, out _);
        }
    }

    /// <summary>One attempt.</summary>
    /// <returns>Why another one is wanted; empty where there is nothing more to do.</returns>
    private async Task<string> TryAsync(ProbedHost host, CancellationToken stop)
    {
        IDisposable? turn;
        while (!callBacks.TryBegin(host.Id, Kind, out turn, out var wait))
            await Task.Delay(wait, time, stop);
        using (turn)
        {
            await turns.WaitAsync(stop);
            try
            {
                Interlocked.Increment(ref attempts);
                await using var db = await databases.CreateDbContextAsync(stop);
                if (await db.Hosts.Where(h => h.Id == host.Id).Select(h => h.Name).FirstOrDefaultAsync(stop) is { } name)
                    await FetchAsync(new LinboAddress(host.Id, name, host.Address), stop);
                return "";
            }
            catch (LinboClientException e) when (e.Failure is LinboClientFailure.NotLinbo or LinboClientFailure.KeyRefused or LinboClientFailure.HostKeyChanged or LinboClientFailure.HostKeyUnknown)
            {
                LogRefused(host.Address.ToString(), e.Detail); // said on the PC's page by who works with it; a pause changes nothing
                return "";
            }
            catch (Exception e) when (e is LinboClientException or IOException or UnauthorizedAccessException or NpgsqlException or TimeoutException or InvalidOperationException)
            {
                return e.GetBaseException().Message;
            }
            finally
            {
                turns.Release();
            }
        }
    }

    private async Task FetchAsync(LinboAddress client, CancellationToken ct)
    {
        var connection = await connections.TakeAsync(client, ct);
        try
        {
            if (logs.HasBoot(client.Host, connection.BootId))
                return;
            var answer = await connection.RunAsync($"head -c {ClientLogs.LongestTaken} /tmp/{Log}", ct, limit: ClientLogs.LongestTaken);
            // None at all: the menu has handed it over and removed it, or there never was one.
            if (answer.ExitCode == 0)
                logs.AppendBoot(client.Host, answer.Output, connection.BootId, isFetched: true);
        }
        finally
        {
            connections.Release(connection);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        turns.Dispose();
        base.Dispose();
    }

    [LoggerMessage(LogLevel.Debug, "The log of the boot at {Address} is not fetched: {Reason}")]
    private partial void LogRefused(string address, string reason);

    [LoggerMessage(LogLevel.Information, "The log of the boot at {Address} could not be fetched: {Reason}")]
    private partial void LogGivenUp(string address, string reason);
}
