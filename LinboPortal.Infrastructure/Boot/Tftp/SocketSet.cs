using System.Net.Sockets;

namespace LinboPortal.Infrastructure.Boot.Tftp;

/// <summary>
/// The port that requests come to and the few ports that files are sent from, for IPv4 and, where the machine has it, IPv6.
/// </summary>
internal sealed class SocketSet : IDisposable
{
    /// <summary>
    /// Ports that transfers of one family share. A transfer is known by its client's address and port; taking turns keeps late packets of a client's
    /// last transfer out of its next one.
    /// </summary>
    private const int SharedPorts = 2;

    private const int Attempts = 20;

    private readonly List<ServerSocket> sockets = [];
    private readonly TftpOptions options;
    private int turn;

    private SocketSet(TftpOptions options) => this.options = options;

    public IReadOnlyList<ServerSocket> All => sockets;

    /// <summary>The port that requests come to.</summary>
    public int Port { get; private set; }

    /// <summary>Binds all ports.</summary>
    /// <exception cref="InvalidOperationException">A port is not to be had; the message names the setting and the remedy.</exception>
    public static SocketSet Open(TftpOptions options)
    {
        var set = new SocketSet(options);
        try
        {
            set.Listen();
            if (!options.SinglePort)
            {
                foreach (var family in set.sockets.Select(s => s.Family).ToArray())
                    set.Share(family);
            }

            return set;
        }
        catch (Exception)
        {
            set.Dispose();
            throw;
        }
    }

    /// <summary>Where a transfer is sent from that was asked for at a socket.</summary>
    public ServerSocket ForTransfer(ServerSocket asked)
    {
        if (options.SinglePort)
            return asked;
        turn++;
        var mine = sockets.Where(s => !s.TakesRequests && s.Family == asked.Family).ToArray();
        return mine[turn % mine.Length];
    }

    public void Dispose()
    {
        foreach (var socket in sockets)
            socket.Dispose();
    }

    private void Listen()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                sockets.Add(new ServerSocket(AddressFamily.InterNetwork, options.Port, takesRequests: true));
                Port = sockets[0].Port;
                if (Socket.OSSupportsIPv6)
                    sockets.Add(new ServerSocket(AddressFamily.InterNetworkV6, Port, takesRequests: true));
                return;
            }
            catch (SocketException e) when (sockets.Count > 0 && e.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable)
            {
                return; // IPv6 is switched off
            }
            catch (SocketException) when (options.Port == 0 && attempt < Attempts)
            {
                sockets.ForEach(s => s.Dispose()); // free for IPv4 only: another one
                sockets.Clear();
            }
            catch (SocketException e)
            {
                throw new InvalidOperationException(Explain(e.SocketErrorCode), e);
            }
        }
    }

    private void Share(AddressFamily family)
    {
        var (first, last) = options.TryGetRange(out var from, out var to) ? (from, to) : (0, SharedPorts - 1);
        var bound = 0;
        for (var port = first; port <= last && bound < SharedPorts; port++)
        {
            try
            {
                sockets.Add(new ServerSocket(family, first == 0 ? 0 : port, takesRequests: false));
                bound++;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse)
            {
                // The next one of the range.
            }
        }

        if (bound == 0)
        {
            throw new InvalidOperationException(
                $"{TftpOptions.Section}:{nameof(TftpOptions.PortRange)}: all UDP ports of {options.PortRange} are taken. Name a range with free ports " +
                "or leave the setting empty.");
        }
    }

    private string Explain(SocketError error)
    {
        const string setting = $"{TftpOptions.Section}:{nameof(TftpOptions.Port)}";
        return error switch
        {
            SocketError.AddressAlreadyInUse =>
                $"{setting}: UDP port {options.Port} is taken by another program, often dnsmasq, tftpd-hpa or atftpd (ss -ulpn 'sport = :{options.Port}' " +
                $"names it). Stop that program or set {setting} to a free port.",
            SocketError.AccessDenied =>
                $"{setting}: the right to use UDP port {options.Port} is missing. Start as root or with CAP_NET_BIND_SERVICE, or set {setting} to a port " +
                "above 1023.",
            _ => $"{setting}: UDP port {options.Port} cannot be used ({error}). Set {setting} to another port.",
        };
    }
}
