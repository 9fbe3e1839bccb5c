using LinboPortal.Core.Remote;
using Microsoft.Extensions.Options;
using Renci.SshNet;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>The connections to PCs: one each, shared by all who work with the PC, and kept for a short while afterwards.</summary>
public sealed class SshConnections(SshLogin login, IOptions<SshOptions> options, TimeProvider time) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<LinboAddress, SshConnection> open = [];
    private bool isClosed;

    /// <summary>How long a sign of life may be missing.</summary>
    internal TimeSpan Silence => TimeSpan.FromSeconds(options.Value.SilenceSeconds);

    /// <summary>How long a short command may take.</summary>
    internal static TimeSpan Patience => TimeSpan.FromSeconds(20);

    /// <summary>How long a kept connection may take to show that it still lives.</summary>
    internal static TimeSpan Alive => TimeSpan.FromSeconds(4);

    internal TimeProvider Time => time;

    /// <summary>Connections that are open right now.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return open.Count;
        }
    }

    /// <summary>A connection, open already or new.</summary>
    internal async Task<SshConnection> TakeAsync(LinboAddress client, CancellationToken ct)
    {
        SshConnection connection;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isClosed, this);
            if (!open.TryGetValue(client, out connection!) || connection.IsBroken)
                open[client] = connection = new SshConnection(this, client);
            connection.Users++;
        }

        try
        {
            await connection.EnsureAsync(login, ct);
            return connection;
        }
        catch
        {
            Release(connection);
            throw;
        }
    }

    /// <summary>One user less.</summary>
    internal void Release(SshConnection connection)
    {
        lock (gate)
        {
            if (--connection.Users > 0)
                return;
            if (isClosed || connection.IsBroken || options.Value.IdleSeconds == 0)
                Forget(connection);
            else
                connection.CloseAfter(TimeSpan.FromSeconds(options.Value.IdleSeconds));
        }
    }

    /// <summary>Nobody has used it for a while.</summary>
    internal void CloseIdle(SshConnection connection)
    {
        lock (gate)
        {
            if (connection.Users == 0)
                Forget(connection);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        SshConnection[] all;
        lock (gate)
        {
            isClosed = true;
            all = [.. open.Values];
            open.Clear();
        }

        await Task.WhenAll(all.Select(c => c.DisposeAsync().AsTask()));
    }

    private void Forget(SshConnection connection)
    {
        if (open.TryGetValue(connection.Client, out var known) && known == connection)
            open.Remove(connection.Client);
        _ = connection.DisposeAsync().AsTask();
    }
}

/// <summary>A connection to one PC.</summary>
internal sealed class SshConnection(SshConnections connections, LinboAddress client) : IAsyncDisposable
{
    private readonly SemaphoreSlim opening = new(1, 1);

    // dropbear (2022.83) can die of an assertion when several channels are opened and closed in the same moment.
    private readonly SemaphoreSlim starting = new(1, 1);
    private SshClient? ssh;
    private ITimer? idle;
    private bool isBroken;

    public LinboAddress Client => client;

    /// <summary>Guarded by the lock of <see cref="SshConnections"/>.</summary>
    public int Users { get; set; }

    /// <summary>True once it is of no use any more.</summary>
    public bool IsBroken => isBroken || ssh is { IsConnected: false };

    /// <summary>The boot that was found when the connection was made; no connection outlives a boot.</summary>
    public string BootId { get; private set; } = "";

    /// <summary>False where nothing but a first contact speaks for the PC's host key.</summary>
    public bool IsKeyKnown { get; private set; }

    public async Task EnsureAsync(SshLogin login, CancellationToken ct)
    {
        idle?.Dispose();
        await opening.WaitAsync(ct);
        try
        {
            if (ssh is null)
                await OpenAsync(login, ct);
            else if (await IdentifyAsync(SshConnections.Alive, ct) != BootId)
                throw Break("another boot answers");
        }
        finally
        {
            opening.Release();
        }
    }

    /// <summary>Starts a command.</summary>
    public async Task<SshCommandRun> StartAsync(string script, CancellationToken ct, byte[]? input = null)
    {
        await starting.WaitAsync(ct);
        try
        {
            return ssh is { } open ? await SshCommandRun.StartAsync(open, client.Host, script, connections.Time, input) : throw Break("the connection is closed");
        }
        catch (LinboClientException)
        {
            isBroken = true;
            throw;
        }
        finally
        {
            starting.Release();
        }
    }

    /// <summary>Runs a short command to its end.</summary>
    public async Task<SshAnswer> RunAsync(string script, CancellationToken ct, byte[]? input = null, int limit = 65536, TimeSpan? patience = null)
    {
        await using var run = await StartAsync(script, ct, input);
        try
        {
            return await run.FinishAsync(limit, patience ?? SshConnections.Patience, ct);
        }
        catch (LinboClientException)
        {
            isBroken = true;
            throw;
        }
    }

    /// <summary>Nobody is to take it up again.</summary>
    public LinboClientException Break(string why)
    {
        isBroken = true;
        return new LinboClientException(LinboClientFailure.Lost, client.Host, why);
    }

    public void CloseAfter(TimeSpan pause)
    {
        idle?.Dispose();
        idle = connections.Time.CreateTimer(_ => connections.CloseIdle(this), null, pause, Timeout.InfiniteTimeSpan);
    }

    public async ValueTask DisposeAsync()
    {
        isBroken = true;
        idle?.Dispose();
        // Says good-bye and waits for SSH.NET's thread.
        if (Interlocked.Exchange(ref ssh, null) is { } open)
            await Task.Run(open.Dispose);
    }

    private async Task OpenAsync(SshLogin login, CancellationToken ct)
    {
        var opened = await login.OpenAsync(client, ct);
        (ssh, IsKeyKnown) = (opened.Ssh, opened.IsKeyKnown);
        ssh.KeepAliveInterval = TimeSpan.FromSeconds(15);
        try
        {
            BootId = await IdentifyAsync(SshConnections.Patience, ct);
        }
        catch
        {
            isBroken = true;
            throw;
        }
    }

    private async Task<string> IdentifyAsync(TimeSpan patience, CancellationToken ct)
    {
        var answer = await RunAsync(TaskScript.Identify, ct, patience: patience);
        var boot = System.Text.Encoding.ASCII.GetString(answer.Output).Trim();
        if (answer.ExitCode == 0 && boot.Length is > 0 and < 100)
            return boot;
        isBroken = true;
        throw new LinboClientException(LinboClientFailure.NotLinbo, client.Host, "answers, but there is no /start.conf: another system runs");
    }
}
