using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LinboPortal.Tls;

/// <summary>Settings of https without a certificate of one's own.</summary>
internal sealed class HttpsOptions
{
    public const string Section = "Https";

    /// <summary>
    /// Port on which https is offered with a certificate that the portal made itself, beside http; 0 = not at all. Without a value 443 for root and 8443 for
    /// others, where it is free. Not used where <c>Portal:Tls:Certificate</c> or an <c>https://</c> address in <c>Urls</c> is set.
    /// </summary>
    public int? Port { get; set; }
}

/// <summary>What became of the offer of https with the portal's own certificate.</summary>
/// <param name="Port">Where it listens; null where it does not.</param>
/// <param name="Fingerprint">SHA-256 of the certificate.</param>
/// <param name="Problem">Why there is none; empty where nothing is wrong.</param>
internal sealed record OfferedHttps(int? Port, string Fingerprint, string Problem)
{
    private const int Well = 443;
    private const int Unprivileged = 8443;

    /// <summary>Nothing is offered, and nothing is wrong with that.</summary>
    public static OfferedHttps None { get; } = new(null, "", "");

    /// <summary>
    /// Adds https addresses with an own certificate to <c>Urls</c>, where nobody has set another. Before the host is built: Kestrel reads its addresses then.
    /// </summary>
    /// <exception cref="InvalidOperationException">A port that was asked for cannot be had.</exception>
    public static OfferedHttps Offer(ConfigurationManager configuration, TimeProvider time)
    {
        var wanted = ReadPort(configuration[$"{HttpsOptions.Section}:{nameof(HttpsOptions.Port)}"]);
        var addresses = (configuration["Urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(BindingAddress.Parse).ToList();
        if (wanted == 0 || addresses.Count == 0 || addresses.Any(a => a.Scheme == "https") || configuration[$"{TlsOptions.Section}:{nameof(TlsOptions.Certificate)}"] is { Length: > 0 })
            return None;
        var hosts = addresses.Where(a => !a.IsUnixPipe && !a.IsNamedPipe).Select(a => a.Host).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        int[] candidates = wanted is { } asked ? [asked] : Environment.IsPrivilegedProcess ? [Well, Unprivileged] : [Unprivileged];
        var free = candidates.FirstOrDefault(port => addresses.TrueForAll(a => a.Port != port) && hosts.TrueForAll(host => IsFree(host, port)));
        if (hosts.Count == 0)
            return None; // sockets in the file system only: a proxy stands in front
        if (free == 0)
        {
            var ports = string.Join(", ", candidates);
            return wanted is null
                ? new OfferedHttps(null, "", $"No https: port {ports} is in use. Name a free one in Https:Port, or a certificate in Portal:Tls:Certificate.")
                : throw new InvalidOperationException($"Https:Port: port {ports} is in use. Name a free one, or 0 for no https.");
        }

        var directory = configuration["Portal:DataDirectory"] is { Length: > 0 } named ? named : "data";
        var made = new SelfSigned(Path.Combine(Path.GetFullPath(directory), "tls"));
        try
        {
            made.Ensure(["localhost", "127.0.0.1", "::1", Environment.MachineName, configuration["Portal:ServerAddress"] ?? ""], time.GetUtcNow());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A data directory that cannot be written to is said by those who cannot do without.
            return new OfferedHttps(null, "", $"No https: the certificate cannot be written ({e.Message}).");
        }

        configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Urls"] = string.Join(';', [configuration["Urls"]!.TrimEnd(';'), .. hosts.Select(host => $"https://{host}:{free}")]),
            [$"{TlsOptions.Section}:{nameof(TlsOptions.Certificate)}"] = made.Certificate,
            [$"{TlsOptions.Section}:{nameof(TlsOptions.Key)}"] = made.Key,
        });
        return new OfferedHttps(free, made.Fingerprint, "");
    }

    private static int? ReadPort(string? text) =>
        text is not { Length: > 0 } ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535 ? port
        : throw new InvalidOperationException($"Https:Port must lie between 0 and 65535, and is '{text}'.");

    private static bool IsFree(string host, int port)
    {
        var address = IPAddress.TryParse(host.Trim('[', ']'), out var named) ? named : host == "localhost" ? IPAddress.Loopback : IPAddress.IPv6Any;
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

/// <summary>Says at the start where https is and how to know it, or why there is none.</summary>
internal sealed partial class OfferedHttpsNote(OfferedHttps offered, IHostApplicationLifetime lifetime, ILogger<OfferedHttpsNote> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(() =>
        {
            if (offered.Port is { } port)
                LogOffered(port, offered.Fingerprint);
            else
                LogProblem(offered.Problem);
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Information, "https on port {Port} with a certificate of the portal's own. Browsers ask once: its SHA-256 fingerprint is {Fingerprint}")]
    private partial void LogOffered(int port, string fingerprint);

    [LoggerMessage(LogLevel.Warning, "{Problem}")]
    private partial void LogProblem(string problem);
}
