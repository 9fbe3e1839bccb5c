using Microsoft.Extensions.Logging;
using Npgsql;

namespace LinboPortal.Infrastructure.Persistence;

/// <summary>
/// The embedded database while the portal runs: starts the cluster or takes over one that a killed portal left behind, starts it again
/// when it dies, and stops it at the end. Only one process owns the cluster (a lock in the data directory, gone with the process);
/// another, such as a command on the command line beside the running portal, uses it and leaves it running.
/// </summary>
public sealed partial class EmbeddedPostgres(PostgresCluster cluster, string lockFile, TimeProvider time, ILogger<EmbeddedPostgres> log) : IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource ending = new();
    private FileStream? ownership;
    private Task watching = Task.CompletedTask;

    /// <summary>Makes the database reachable.</summary>
    /// <exception cref="PostgresUnavailableException">PostgreSQL is missing or does not start.</exception>
    public async Task StartAsync(CancellationToken ct)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(lockFile)!);
        while (!TryOwn())
        {
            if (await IsReachableAsync(ct))
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(200), time, ct); // its owner is still making it
        }

        if (cluster.IsRunning())
            LogTakenOver(cluster.ProcessId());
        var start = time.GetTimestamp();
        await cluster.StartAsync(ct);
        LogStarted(cluster.SocketDirectory, time.GetElapsedTime(start));
        watching = WatchAsync(ending.Token);
    }

    /// <summary>Stops the cluster where this process owns it.</summary>
    public async Task StopAsync()
    {
        if (ownership is null || ending.IsCancellationRequested)
            return;
        await ending.CancelAsync();
        await watching;
        try
        {
            await cluster.StopAsync(CancellationToken.None); // bounded by pg_ctl; a shutdown out of time must not leave it running
        }
        finally
        {
            await ownership.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        ending.Dispose();
    }

    private async Task WatchAsync(CancellationToken ct)
    {
        var pause = TimeSpan.FromSeconds(1);
        while (await DelayAsync(pause, ct))
        {
            if (cluster.IsRunning())
            {
                pause = TimeSpan.FromSeconds(1);
                continue;
            }

            try
            {
                LogDied();
                await cluster.StartAsync(ct);
                LogStartedAgain();
            }
            catch (PostgresUnavailableException e)
            {
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                LogStillDown(pause, e);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task<bool> DelayAsync(TimeSpan pause, CancellationToken ct)
    {
        try
        {
            await Task.Delay(pause, time, ct);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private bool TryOwn()
    {
        try
        {
            ownership = new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException)
        {
            return false; // another portal has it
        }
    }

    private async Task<bool> IsReachableAsync(CancellationToken ct)
    {
        try
        {
            await using var connection = new NpgsqlConnection(cluster.ConnectionString() + ";Pooling=false");
            await connection.OpenAsync(ct);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "A portal that ended without stopping its PostgreSQL left process {ProcessId}: taken over")]
    private partial void LogTakenOver(int? processId);

    [LoggerMessage(LogLevel.Information, "PostgreSQL answers at {Socket} after {Elapsed}")]
    private partial void LogStarted(string socket, TimeSpan elapsed);

    [LoggerMessage(LogLevel.Error, "PostgreSQL has died: starting it again")]
    private partial void LogDied();

    [LoggerMessage(LogLevel.Information, "PostgreSQL runs again")]
    private partial void LogStartedAgain();

    [LoggerMessage(LogLevel.Error, "PostgreSQL is still down, next try in {Pause}")]
    private partial void LogStillDown(TimeSpan pause, Exception exception);
}
