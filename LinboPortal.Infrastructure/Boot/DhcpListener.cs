using System.Net;
using System.Net.Sockets;
using LinboPortal.Core.Boot;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Boot;

/// <summary>Whether DHCP can be watched.</summary>
public enum DhcpWatch
{
    /// <summary>The settings say no.</summary>
    Off,

    /// <summary>The process may not look at packets.</summary>
    NotPermitted,

    /// <summary>The system cannot do it.</summary>
    NotPossible,

    /// <summary>It is watched.</summary>
    Watching,

    /// <summary>It was watched, and something broke.</summary>
    Ended,
}

/// <summary>
/// Reads along what PCs that boot and DHCP servers say to each other, wherever the packets pass by this machine, so that a boot's timeline
/// begins with power-on. It answers nothing and is in nobody's way; where it cannot work, boots are only told from their first file on.
/// </summary>
public sealed partial class DhcpListener(Action<BootObservation> report, IOptions<DhcpOptions> options, TimeProvider time, ILogger<DhcpListener> log)
    : BackgroundService
{
    private const int LongestPacket = 4096;

    /// <summary>A school that is switched on at once stays below; a flood must not push out what the other servers report.</summary>
    private const int MostInSecond = 1000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly DhcpExchanges exchanges = new();
    private readonly HashSet<IPAddress> servers = [.. options.Value.Servers.Select(IPAddress.Parse)];
    private Socket? socket;
    private long seen;
    private long second;
    private int inSecond;

    /// <summary>How it stands.</summary>
    public DhcpWatch State { get; private set; } = DhcpWatch.Off;

    /// <summary>What the system said against it; empty while it works.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Messages of PCs that boot, seen so far.</summary>
    public long Seen => Interlocked.Read(ref seen);

    /// <summary>How the socket is opened: tests open it in a network of their own.</summary>
    internal Func<Socket> Open { get; init; } = DhcpSocket.Open;

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.Listen)
            return Task.CompletedTask;
        try
        {
            socket = Open();
            State = DhcpWatch.Watching;
            LogWatching();
        }
        catch (Exception e) when (e is SocketException or PlatformNotSupportedException)
        {
            State = e is SocketException { SocketErrorCode: SocketError.AccessDenied or SocketError.OperationNotSupported }
                ? DhcpWatch.NotPermitted
                : DhcpWatch.NotPossible;
            Reason = e.Message;
            LogNotWatching(e.Message);
            return Task.CompletedTask;
        }

        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        socket?.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var buffer = new byte[LongestPacket];
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var length = await socket!.ReceiveAsync(buffer, SocketFlags.None, stoppingToken);
                Take(buffer.AsSpan(0, length));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.NetworkDown or SocketError.NoBufferSpaceAvailable or SocketError.Interrupted)
            {
                // A card went down; the others go on.
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                (State, Reason) = (DhcpWatch.Ended, e.Message);
                LogEnded(e);
                return;
            }
            catch (Exception e)
            {
                LogBroken(e);
            }
        }
    }

    private void Take(ReadOnlySpan<byte> packet)
    {
        if (!DhcpPacket.TryParse(DhcpSocket.PayloadOf(packet), out var message))
            return;
        var now = time.GetUtcNow();
        if (exchanges.Take(message, now) is not { } observation || IsTooMany(now))
            return;
        Interlocked.Increment(ref seen);
        report(observation with { IsOfKnownServer = IsOfKnownServer(packet, message) });
    }

    /// <summary>
    /// True for an acknowledgement of a configured server or relay on its way to the PC or to a relay. One that is sent to this machine
    /// is none: that is how somebody in another network would forge it.
    /// </summary>
    private bool IsOfKnownServer(ReadOnlySpan<byte> packet, DhcpPacket message)
    {
        if (message is not { Message: DhcpMessage.Ack, Facts.Given: { } given } || servers.Count == 0)
            return false;
        var (source, destination) = (new IPAddress(packet[12..16]), new IPAddress(packet[16..20]));
        return servers.Contains(source)
            && (message.Relay is not { } relay || servers.Contains(relay))
            && (destination.Equals(IPAddress.Broadcast) || destination.Equals(given) || destination.Equals(message.Relay));
    }

    private bool IsTooMany(DateTimeOffset now)
    {
        if (now.ToUnixTimeSeconds() != second)
            (second, inSecond) = (now.ToUnixTimeSeconds(), 0);
        return ++inSecond > MostInSecond;
    }

    [LoggerMessage(LogLevel.Information, "DHCP is read along on all network cards (UDP ports 67 and 68)")]
    private partial void LogWatching();

    [LoggerMessage(LogLevel.Information, "DHCP is not read along ({Reason}): boots are told from their first file on. It needs root or CAP_NET_RAW")]
    private partial void LogNotWatching(string reason);

    [LoggerMessage(LogLevel.Warning, "DHCP is no longer read along: boots are told from their first file on until the portal starts again")]
    private partial void LogEnded(Exception exception);

    [LoggerMessage(LogLevel.Error, "A DHCP packet could not be read")]
    private partial void LogBroken(Exception exception);
}
