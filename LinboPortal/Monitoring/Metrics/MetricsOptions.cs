using System.ComponentModel.DataAnnotations;
using LinboPortal.Infrastructure;

namespace LinboPortal.Monitoring.Metrics;

/// <summary>Who may read <c>/metrics</c>.</summary>
internal sealed class MetricsOptions
{
    public const string Section = "Monitoring:Metrics";

    /// <summary>False where nobody reads them.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>A port of their own: they are answered there and nowhere else, to everybody who reaches it; null for the portal's own ports.</summary>
    [Range(1, 65535, ErrorMessage = "Monitoring:Metrics:Port must lie between 1 and 65535.")]
    public int? Port { get; set; }

    /// <summary>Where <see cref="Port"/> is opened: an address of this machine, or the network in which it has one; null for all networks.</summary>
    public string? Address { get; set; }

    /// <summary>Networks that need no token on the portal's own ports, for instance <c>10.0.3.0/24</c>; the machine itself never needs one.</summary>
    public string[] Networks { get; set; } = [];

    /// <summary>Seconds for which numbers that the database was asked for are told again.</summary>
    [Range(0, 300, ErrorMessage = "Monitoring:Metrics:CacheSeconds must lie between 0 and 300.")]
    public int CacheSeconds { get; set; } = 5;

    /// <summary>True where every entry of <see cref="Networks"/> is a network or an address.</summary>
    public bool HasReadableNetworks => Networks.All(n => NamedNetwork.TryParse(n, out _));
}
