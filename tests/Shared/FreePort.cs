using System.Net;
using System.Net.Sockets;

namespace LinboPortal.Testing;

/// <summary>
/// Ports for servers of tests. They lie below those that Linux gives to connections by itself, so that nothing takes one between the question and
/// its use, and a process gives each away once.
/// </summary>
public static class FreePort
{
    private const int First = 12_000;
    private const int Last = 32_000;

    // Test processes that run at the same time begin at different places.
    private static int next = First + (int)((uint)Environment.ProcessId * 7919u % (Last - First));
    private static readonly Lock Gate = new();

    /// <summary>A port that is free for TCP and UDP, at all addresses.</summary>
    public static int Take() => Take(1);

    /// <summary>So many free ports side by side.</summary>
    /// <returns>The first of them.</returns>
    public static int Take(int count)
    {
        lock (Gate)
        {
            for (var attempt = 0; attempt < Last - First; attempt++)
            {
                if (next + count > Last)
                    next = First;
                var first = next;
                next += count;
                if (Enumerable.Range(first, count).All(IsFree))
                    return first;
            }
        }

        throw new InvalidOperationException($"No {count} ports from {First} to {Last} are free.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var tcp = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
            tcp.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
            using var udp = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true };
            udp.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
