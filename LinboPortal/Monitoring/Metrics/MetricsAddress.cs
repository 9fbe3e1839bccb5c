using System.Net;
using System.Net.NetworkInformation;
using LinboPortal.Infrastructure;

namespace LinboPortal.Monitoring.Metrics;

/// <summary>Where the metrics' own port is opened: on all networks, or on the one that <c>Monitoring:Metrics:Address</c> names.</summary>
internal static class MetricsAddress
{
    private const string Setting = $"{MetricsOptions.Section}:{nameof(MetricsOptions.Address)}";

    /// <summary>The address to listen at.</summary>
    /// <param name="setting">An address of this machine, or the network in which it has exactly one; empty for all networks.</param>
    /// <param name="own">The addresses of this machine.</param>
    /// <exception cref="InvalidOperationException">It names none; the message names the setting and what there is.</exception>
    public static IPAddress Choose(string? setting, IReadOnlyCollection<IPAddress> own)
    {
        if (string.IsNullOrEmpty(setting))
            return IPAddress.Any;
        if (!NamedNetwork.TryParse(setting, out var network))
            throw new InvalidOperationException($"{Setting}: '{setting}' is neither an address nor a network. Write it like 10.0.3.7 or 10.0.3.0/24.");
        return own.Where(network.Contains).ToList() switch
        {
            [var one] => one,
            [] => throw new InvalidOperationException($"{Setting}: this machine has no address in '{setting}'; it has {string.Join(", ", own)}."),
            var several => throw new InvalidOperationException(
                $"{Setting}: this machine has several addresses in '{setting}': {string.Join(", ", several)}. Name one of them."),
        };
    }

    /// <summary>The addresses of this machine.</summary>
    public static IReadOnlyCollection<IPAddress> Own() => [.. OwnAddresses.Read().Where(a => a.Status is not OperationalStatus.Down).Select(a => a.Address)];
}
