using System.Net;
using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Boot;

/// <summary>
/// Picks out of all DHCP messages those of PCs that boot: of firmware and of LINBO. What a running system asks for, and what it is answered,
/// is nothing to a boot: Windows that starts from the disk would look like LINBO, and each renewal like a sign of life. Not thread-safe.
/// </summary>
public sealed class DhcpExchanges
{
    private const int MaxExchanges = 8192;
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(2);

    /// <summary>A bridge and its ports show the same packet; no client asks again so soon.</summary>
    private static readonly TimeSpan Echo = TimeSpan.FromMilliseconds(400);

    private readonly Dictionary<(MacAddress Client, uint Transaction), Exchange> exchanges = [];

    /// <summary>What a message says about a boot.</summary>
    /// <returns>Null where it belongs to no boot or was seen already.</returns>
    public BootObservation? Take(DhcpPacket packet, DateTimeOffset now)
    {
        if (WordOf(packet) is not { } word || Find(packet, now) is not { } exchange)
            return null;
        var key = (packet.Message, packet.IsAnswer ? packet.Facts.Server : null);
        if (exchange.Seen.TryGetValue(key, out var last) && now - last < Echo)
            return null;
        if (exchange.Seen.Count < 16)
            exchange.Seen[key] = now;
        exchange.LastAt = now;
        // An offer may be declined; only what is acknowledged is the client's.
        var client = packet.Message == DhcpMessage.Ack ? packet.Facts.Given : null;
        return new BootObservation(
            client, packet.Client, BootStepKind.Dhcp, word, now, TimeSpan.Zero, 0, null, 0, BootStepOutcome.Served, packet.Facts.ToString());
    }

    private static string? WordOf(DhcpPacket packet) => packet.Message switch
    {
        DhcpMessage.Discover => "discover",
        DhcpMessage.Offer => "offer",
        // With an address of its own it renews it: a system that has run for a while.
        DhcpMessage.Request => packet.Renewed is null ? "request" : null,
        DhcpMessage.Ack => "ack",
        _ => null,
    };

    private Exchange? Find(DhcpPacket packet, DateTimeOffset now)
    {
        var key = (packet.Client, packet.Transaction);
        if (exchanges.TryGetValue(key, out var known) && now - known.LastAt < Forgotten)
            return known;
        if (packet.IsAnswer || !Boots(packet.Facts) || !HasRoom(now))
            return null;
        return exchanges[key] = new Exchange { LastAt = now };
    }

    /// <summary>Firmware, or LINBO's udhcpc. GRUB does not ask: it goes on with the firmware's answer.</summary>
    private static bool Boots(DhcpFacts facts) => facts.IsFirmware || facts.VendorClass.StartsWith("udhcp", StringComparison.Ordinal);

    private bool HasRoom(DateTimeOffset now)
    {
        if (exchanges.Count < MaxExchanges)
            return true;
        foreach (var old in exchanges.Where(e => now - e.Value.LastAt >= Forgotten).Select(e => e.Key).ToList())
            exchanges.Remove(old);
        return exchanges.Count < MaxExchanges;
    }

    private sealed class Exchange
    {
        public DateTimeOffset LastAt { get; set; }

        public Dictionary<(DhcpMessage Message, IPAddress? Server), DateTimeOffset> Seen { get; } = [];
    }
}
