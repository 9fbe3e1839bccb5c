using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using LinboPortal.Core.Remote;
using Microsoft.Extensions.Options;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>A connection to LINBO on a PC.</summary>
/// <param name="Ssh">The connection.</param>
/// <param name="HostKey">The host key that was shown, as it goes over the line.</param>
/// <param name="IsKeyKnown">False where nothing but the first contact speaks for the key.</param>
internal sealed record OpenedSsh(SshClient Ssh, byte[] HostKey, bool IsKeyKnown);

/// <summary>
/// Logs in to LINBO's SSH server on a PC: with the installation's key, and only where the PC shows a host key that is known of it or of LINBO of this
/// installation.
/// </summary>
public sealed class SshLogin(InstallationKey key, HostKeyPins pins, KnownHostKeys keys, IOptions<SshOptions> options, TimeProvider time) : IDisposable
{
    // dropbear lets five in at once that have not shown their key, counted by address.
    private const int LoginsPerHost = 3;
    private const int Attempts = 3;
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(300);

    private readonly SemaphoreSlim logins = new(options.Value.LoginsAtOnce, options.Value.LoginsAtOnce);
    private readonly ConcurrentDictionary<IPEndPoint, SemaphoreSlim> perHost = [];

    /// <summary>Connects and logs in.</summary>
    /// <exception cref="LinboClientException">It does not answer, does not take our key, or shows a host key that is not known.</exception>
    internal Task<OpenedSsh> OpenAsync(LinboAddress client, CancellationToken ct) => File.Exists(key.PrivatePath)
        ? InTurnAsync(client, (end, trust) => TryAsync(client, end, trust, ct), ct)
        : throw new LinboClientException(LinboClientFailure.KeyRefused, client.Host, key.Problem.Length > 0 ? key.Problem : "there is no SSH key for the clients");

    /// <summary>Asks for the host key of whoever answers at an address, and hangs up: nothing is sent, not even who is asking.</summary>
    /// <returns>True where it is a key that LINBO of this installation has, or that is known of the PC.</returns>
    /// <exception cref="LinboClientException">Nobody answers.</exception>
    internal Task<bool> ShowsKnownKeyAsync(LinboAddress client, CancellationToken ct) => InTurnAsync(
        client,
        async (end, trust) =>
        {
            using var nobody = new NoneAuthenticationMethod("root");
            using var ssh = new SshClient(Describe(end, trust, nobody));
            ShownHostKey? shown = null;
            ssh.HostKeyReceived += (_, e) => (shown, e.CanTrust) = (new ShownHostKey(e.HostKeyName, e.FingerPrintSHA256), false);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(Patience);
            try
            {
                await ssh.ConnectAsync(limit.Token);
            }
            catch (Exception) when (shown is not null)
            {
                // Hung up, as meant.
            }
            catch (Exception e) when (e is SshException or SocketException or IOException or ObjectDisposedException || (e is OperationCanceledException && !ct.IsCancellationRequested))
            {
                throw Unreachable(client, e);
            }

            if (shown is null)
                return false;
            var isKnown = trust.IsKnown(shown);
            if (!isKnown)
                await pins.NoteRefusedAsync(client.HostId, shown, client.Address, ct);
            return isKnown;
        },
        ct);

    private async Task<T> InTurnAsync<T>(LinboAddress client, Func<IPEndPoint, KeyTrust, Task<T>> work, CancellationToken ct)
    {
        var end = new IPEndPoint(client.Address, PortOf(client));
        var turn = perHost.GetOrAdd(end, _ => new SemaphoreSlim(LoginsPerHost, LoginsPerHost));
        await turn.WaitAsync(ct);
        try
        {
            var trust = await TrustAsync(client, ct);
            // A PC that is off takes nobody's turn.
            await KnockAsync(client, end, ct);
            await logins.WaitAsync(ct);
            try
            {
                return await work(end, trust);
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

    private async Task<KeyTrust> TrustAsync(LinboAddress client, CancellationToken ct)
    {
        var confirmed = await pins.ConfirmedAsync(ct);
        var own = keys.OfConfiguration().Select(k => new ShownHostKey(k.Key.Algorithm, k.Key.Fingerprint));
        return new KeyTrust(await pins.FindAsync(client.HostId, ct), [.. own, .. confirmed], options.Value.TrustOnFirstUse);
    }

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

    private async Task<OpenedSsh> TryAsync(LinboAddress client, IPEndPoint end, KeyTrust trust, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await LogInAsync(client, end, trust, ct);
            }
            // dropbear hangs up without an answer where too many log in at once.
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

    private async Task<OpenedSsh> LogInAsync(LinboAddress client, IPEndPoint end, KeyTrust trust, CancellationToken ct)
    {
        using var file = new PrivateKeyFile(key.PrivatePath);
        var ssh = new SshClient(Describe(end, trust, new PrivateKeyAuthenticationMethod("root", file)));
        ShownHostKey? shown = null;
        byte[] hostKey = [];
        ssh.HostKeyReceived += (_, e) =>
        {
            hostKey = e.HostKey;
            shown = new ShownHostKey(e.HostKeyName, e.FingerPrintSHA256);
            e.CanTrust = trust.Takes(shown);
        };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            await ssh.ConnectAsync(limit.Token);
            if (!ssh.IsConnected || shown is null)
                throw new SshConnectionException("the connection ended while it was made");
            await KeepAsync(client, trust, shown, ct);
            return new OpenedSsh(ssh, hostKey, trust.IsKnown(shown));
        }
        catch (SshConnectionException) when (shown is not null && !trust.Takes(shown))
        {
            ssh.Dispose();
            throw trust.Pin is { } pin ? await ChangedAsync(client, pin.Key, shown, ct) : await UnknownAsync(client, shown, ct);
        }
        catch
        {
            ssh.Dispose();
            throw;
        }
    }

    private async Task KeepAsync(LinboAddress client, KeyTrust trust, ShownHostKey shown, CancellationToken ct)
    {
        if (trust.IsOfInstallation(shown))
        {
            if (trust.Pin is not { IsFirstUse: false } pin || pin.Key.Fingerprint != shown.Fingerprint)
            {
                await pins.KeepKnownAsync(client.HostId, shown, ct);
            }
        }
        else if (trust.Pin is null && await pins.KeepAsync(client.HostId, shown, ct) is var kept && kept.Fingerprint != shown.Fingerprint)
        {
            throw await ChangedAsync(client, kept, shown, ct);
        }

        await pins.SettleAsync(client.HostId, ct);
    }

    private ConnectionInfo Describe(IPEndPoint end, KeyTrust trust, AuthenticationMethod authentication)
    {
        var info = new ConnectionInfo(end.Address.ToString(), end.Port, "root", authentication)
        {
            Timeout = Patience,
            ChannelCloseTimeout = TimeSpan.FromMilliseconds(300),
            // Beyond this many commands at once SSH.NET lets the next wait, with its thread.
            MaxSessions = 100,
        };
        // A PC has several keys: ask for one that is known.
        var wanted = info.HostKeyAlgorithms.Keys.Where(trust.Names).ToList();
        if (wanted.Count > 0)
        {
            foreach (var other in info.HostKeyAlgorithms.Keys.Except(wanted).ToList())
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

    private async Task<LinboClientException> UnknownAsync(LinboAddress client, ShownHostKey shown, CancellationToken ct)
    {
        await pins.NoteRefusedAsync(client.HostId, shown, client.Address, ct);
        return new LinboClientException(
            LinboClientFailure.HostKeyUnknown, client.Host, $"shows the host key SHA256:{shown.Fingerprint} ({shown.Algorithm}), which is not known to be LINBO's");
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
