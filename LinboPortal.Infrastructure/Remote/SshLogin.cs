using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using LinboPortal.Core.Remote;
using Microsoft.Extensions.Options;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>Logs in to LINBO's SSH server on a PC: with the installation's key, and only where the PC shows the host key that is known of it.</summary>
public sealed class SshLogin(InstallationKey key, HostKeyPins pins, IOptions<SshOptions> options, TimeProvider time) : IDisposable
{
    // dropbear lets five in at once that have not shown their key, counted by address.
    private const int LoginsPerHost = 3;
    private const int Attempts = 3;
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(300);

    private readonly SemaphoreSlim logins = new(options.Value.LoginsAtOnce, options.Value.LoginsAtOnce);
    private readonly ConcurrentDictionary<IPEndPoint, SemaphoreSlim> perHost = [];

    /// <summary>Connects and logs in.</summary>
    /// <exception cref="LinboClientException">It does not answer, does not take our key, or shows another host key than before.</exception>
    public async Task<SshClient> OpenAsync(LinboAddress client, CancellationToken ct) => (await OpenWithKeyAsync(client, ct)).Ssh;

    /// <summary>As <see cref="OpenAsync"/>, and gives the host key that was shown and is the one that is known, as it goes over the line.</summary>
    internal async Task<(SshClient Ssh, byte[] HostKey)> OpenWithKeyAsync(LinboAddress client, CancellationToken ct)
    {
        if (!File.Exists(key.PrivatePath))
            throw new LinboClientException(LinboClientFailure.KeyRefused, client.Host, key.Problem.Length > 0 ? key.Problem : "there is no SSH key for the clients");
        var end = new IPEndPoint(client.Address, PortOf(client));
        var turn = perHost.GetOrAdd(end, _ => new SemaphoreSlim(LoginsPerHost, LoginsPerHost));
        await turn.WaitAsync(ct);
        try
        {
            var known = await pins.FindAsync(client.HostId, ct);
            // A PC that is off takes nobody's turn.
            await KnockAsync(client, end, ct);
            await logins.WaitAsync(ct);
            try
            {
                return await TryAsync(client, end, known, ct);
            }
            finally
            {
                logins.Release();
            }
        }
        finally
        {
            turn.Release();
        }
    }

    internal string KeyPath => key.PrivatePath;

    internal int PortOf(LinboAddress client) => client.Port ?? options.Value.Port;

    /// <inheritdoc/>
    public void Dispose()
    {
        logins.Dispose();
        foreach (var turn in perHost.Values)
            turn.Dispose();
    }

    private TimeSpan Patience => TimeSpan.FromSeconds(options.Value.ConnectSeconds);

    private async Task KnockAsync(LinboAddress client, IPEndPoint end, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            using var socket = new Socket(end.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(end, limit.Token);
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw Unreachable(client, e);
        }
    }

    private async Task<(SshClient Ssh, byte[] HostKey)> TryAsync(LinboAddress client, IPEndPoint end, ShownHostKey? known, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await LogInAsync(client, end, known, ct);
            }
            // dropbear closes the door without a word where too many stand before it.
            catch (SshConnectionException) when (attempt < Attempts)
            {
                await Task.Delay(BetweenAttempts * attempt, time, ct);
            }
            catch (SshAuthenticationException e)
            {
                throw new LinboClientException(LinboClientFailure.KeyRefused, client.Host, e.Message, e);
            }
            catch (Exception e) when (e is SshException or SocketException or IOException or ObjectDisposedException || (e is OperationCanceledException && !ct.IsCancellationRequested))
            {
                throw Unreachable(client, e);
            }
        }
    }

    private async Task<(SshClient Ssh, byte[] HostKey)> LogInAsync(LinboAddress client, IPEndPoint end, ShownHostKey? known, CancellationToken ct)
    {
        using var file = new PrivateKeyFile(key.PrivatePath);
        var ssh = new SshClient(Describe(end, known, file));
        ShownHostKey? shown = null;
        byte[] hostKey = [];
        ssh.HostKeyReceived += (_, e) =>
        {
            hostKey = e.HostKey;
            shown = new ShownHostKey(e.HostKeyName, e.FingerPrintSHA256);
            e.CanTrust = known is null || known.Fingerprint == shown.Fingerprint;
        };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            await ssh.ConnectAsync(limit.Token);
            if (!ssh.IsConnected || shown is null)
                throw new SshConnectionException("the connection ended while it was made");
            if (known is null && await pins.KeepAsync(client.HostId, shown, ct) is var kept && kept.Fingerprint != shown.Fingerprint)
                throw await ChangedAsync(client, kept, shown, ct);
            return (ssh, hostKey);
        }
        catch (SshConnectionException) when (known is not null && shown is not null && known.Fingerprint != shown.Fingerprint)
        {
            ssh.Dispose();
            throw await ChangedAsync(client, known, shown, ct);
        }
        catch
        {
            ssh.Dispose();
            throw;
        }
    }

    private ConnectionInfo Describe(IPEndPoint end, ShownHostKey? known, PrivateKeyFile file)
    {
        var info = new ConnectionInfo(end.Address.ToString(), end.Port, "root", new PrivateKeyAuthenticationMethod("root", file))
        {
            Timeout = Patience,
            ChannelCloseTimeout = TimeSpan.FromMilliseconds(300),
            // Beyond this many commands at once SSH.NET lets the next wait, with its thread.
            MaxSessions = 100,
        };
        // A PC has several keys: ask for the one that we know.
        if (known is not null && info.HostKeyAlgorithms.ContainsKey(known.Algorithm))
        {
            foreach (var other in info.HostKeyAlgorithms.Keys.Where(a => a != known.Algorithm).ToList())
                MoveBehind(info, other);
        }

        return info;
    }

    private static void MoveBehind(ConnectionInfo info, string algorithm)
    {
        var how = info.HostKeyAlgorithms[algorithm];
        info.HostKeyAlgorithms.Remove(algorithm);
        info.HostKeyAlgorithms.Add(algorithm, how);
    }

    private async Task<LinboClientException> ChangedAsync(LinboAddress client, ShownHostKey known, ShownHostKey shown, CancellationToken ct)
    {
        await pins.NoteOtherAsync(client.HostId, shown, ct);
        return new LinboClientException(
            LinboClientFailure.HostKeyChanged, client.Host, $"shows the host key SHA256:{shown.Fingerprint}; known is SHA256:{known.Fingerprint}");
    }

    private LinboClientException Unreachable(LinboAddress client, Exception e)
    {
        var port = PortOf(client);
        var detail = e switch
        {
            OperationCanceledException => $"port {port} of {client.Address} did not answer within {options.Value.ConnectSeconds} s",
            _ => $"port {port} of {client.Address}: {e.Message}",
        };
        return new LinboClientException(LinboClientFailure.Unreachable, client.Host, detail, e);
    }
}
