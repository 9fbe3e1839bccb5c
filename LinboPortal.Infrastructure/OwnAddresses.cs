using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace LinboPortal.Infrastructure;

/// <summary>An address of this machine.</summary>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">Of its network.</param>
/// <param name="Status">Of its interface.</param>
/// <param name="IsLoopback">True where its interface leads nowhere else.</param>
/// <param name="HasGateway">True where its interface leads to other IPv4 networks.</param>
public sealed record OwnAddress(IPAddress Address, int PrefixLength, OperationalStatus Status, bool IsLoopback, bool HasGateway);

/// <summary>
/// The addresses of this machine. Interfaces come and go with containers and VPNs, and the framework throws where one vanishes while it is read: such
/// a one has no address any more.
/// </summary>
public static class OwnAddresses
{
    private const int MostAttempts = 50;

    /// <summary>Reads them all. Empty where the kernel gives no answer at all.</summary>
    public static IReadOnlyList<OwnAddress> Read()
    {
        List<OwnAddress> addresses = [];
        foreach (var network in Networks())
        {
            if (TryRead(network) is { } own)
                addresses.AddRange(own);
        }

        return addresses;
    }

    private static NetworkInterface[] Networks()
    {
        for (var attempt = 1; attempt <= MostAttempts; attempt++)
        {
            try
            {
                return NetworkInterface.GetAllNetworkInterfaces();
            }
            catch (Exception e) when (IsGone(e))
            {
                Thread.Yield(); // one of them vanished meanwhile
            }
        }

        return [];
    }

    private static List<OwnAddress>? TryRead(NetworkInterface network)
    {
        try
        {
            var properties = network.GetIPProperties();
            var hasGateway = properties.GatewayAddresses.Any(g => g.Address.AddressFamily == AddressFamily.InterNetwork);
            var isLoopback = network.NetworkInterfaceType == NetworkInterfaceType.Loopback;
            return [.. properties.UnicastAddresses.Select(a => new OwnAddress(a.Address, a.PrefixLength, network.OperationalStatus, isLoopback, hasGateway))];
        }
        catch (Exception e) when (IsGone(e))
        {
            return null;
        }
    }

    private static bool IsGone(Exception e) => e is NetworkInformationException or IOException or UnauthorizedAccessException;
}
