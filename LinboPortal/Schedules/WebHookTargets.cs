using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Npgsql;
using StackExchange.Redis;

namespace LinboPortal.Schedules;

/// <summary>The receiver of a web-hook is none that the portal may post to.</summary>
internal sealed class WebHookRefusedException(string message) : Exception(message);

/// <summary>
/// Connects to the receivers of web-hooks. Addresses within the school are what they are for; refused are link-local addresses (services that describe a
/// machine to whoever asks from it), the portal's own backends, and the hosts that the settings name. What a name resolves to counts, at each connection.
/// </summary>
internal sealed class WebHookTargets(IConfiguration configuration, IOptions<NotificationsOptions> options)
{
    /// <summary>Connects for a <see cref="SocketsHttpHandler"/>.</summary>
    /// <exception cref="WebHookRefusedException">The address is refused.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var target = context.DnsEndPoint;
        var addresses = await AddressesAsync(target.Host, ct);
        foreach (var address in addresses)
            if (IsLinkLocal(address) || await IsRefusedAsync(address, target.Port, ct))
                throw new WebHookRefusedException("this address may not be posted to (link-local, or a service of the portal)");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, target.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool IsLinkLocal(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.IsIPv6LinkLocal || (plain.AddressFamily == AddressFamily.InterNetwork && plain.GetAddressBytes() is [169, 254, ..]);
    }

    private async Task<bool> IsRefusedAsync(IPAddress address, int port, CancellationToken ct)
    {
        foreach (var (host, refusedPort) in Refused())
        {
            if (refusedPort is { } only && only != port)
                continue;
            try
            {
                if ((await AddressesAsync(host, ct)).Any(a => Same(a, address)))
                    return true;
            }
            catch (SocketException)
            {
                // A backend without an address now cannot be what the name of the receiver leads to.
            }
        }

        return false;
    }

    private IEnumerable<(string Host, int? Port)> Refused()
    {
        if (configuration.GetConnectionString("Portal") is { Length: > 0 } database)
        {
            var builder = new NpgsqlConnectionStringBuilder(database);
            foreach (var host in (builder.Host ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(h => h[0] != '/'))
                yield return Named(host) is (var name, { } port) ? (name, port) : (host, builder.Port);
        }

        if (configuration.GetConnectionString("Redis") is { Length: > 0 } redis)
            foreach (var end in ConfigurationOptions.Parse(redis).EndPoints)
                yield return end is DnsEndPoint dns ? (dns.Host, dns.Port) : end is IPEndPoint ip ? (ip.Address.ToString(), ip.Port) : ("", 0);
        foreach (var named in options.Value.WebHook.RefusedHosts.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            yield return Named(named);
    }

    private static (string Host, int? Port) Named(string text) =>
        text.LastIndexOf(':') is > 0 and var colon && !IPAddress.TryParse(text, out _) && int.TryParse(text.AsSpan(colon + 1), out var port)
            ? (text[..colon].Trim('[', ']'), port)
            : (text, null);

    private static async Task<IPAddress[]> AddressesAsync(string host, CancellationToken ct) =>
        IPAddress.TryParse(host, out var address) ? [address] : host.Length == 0 ? [] : await Dns.GetHostAddressesAsync(host, ct);

    private static bool Same(IPAddress left, IPAddress right) => Plain(left).Equals(Plain(right));

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
