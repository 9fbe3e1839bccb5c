using System.ComponentModel.DataAnnotations;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>Settings of the rsync daemon that clients fetch start.conf, images and updates from.</summary>
public sealed class RsyncOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Distribution:Rsync";

    /// <summary>False where another program serves rsync.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Whether the daemon is a child of the portal or runs elsewhere, for instance in a container of its own.</summary>
    public RsyncMode Mode { get; set; } = RsyncMode.Child;

    /// <summary>Where an external daemon is asked whether it lives.</summary>
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>
    /// Directory that portal and daemon share, under the same path on both sides: configuration, hook, what ended. Empty = below the data directory.
    /// </summary>
    public string Directory { get; set; } = "";

    /// <summary>Where the hook of an external daemon asks the portal, for instance <c>http://portal:8080</c>; empty = through the shared directory.</summary>
    public string PortalUrl { get; set; } = "";

    /// <summary>True where the daemon is somebody else's process.</summary>
    public bool IsExternal => Mode is RsyncMode.External;

    /// <summary>True where <see cref="PortalUrl"/> is empty or an address of http.</summary>
    public bool HasUsablePortalUrl => PortalUrl.Length == 0 || (Uri.TryCreate(PortalUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https");

    /// <summary>TCP port; clients know 873 only.</summary>
    [Range(1, 65535, ErrorMessage = "Distribution:Rsync:Port must lie between 1 and 65535.")]
    public int Port { get; set; } = 873;

    /// <summary>The daemon gives up on a client that is silent for so many seconds.</summary>
    [Range(10, 86400, ErrorMessage = "Distribution:Rsync:TimeoutSeconds must lie between 10 and 86400.")]
    public int TimeoutSeconds { get; set; } = 600;

    /// <summary>Transfers of each module that may run at once; each is a process or two. Further clients are told to try again.</summary>
    [Range(1, 20000, ErrorMessage = "Distribution:Rsync:MaxConnections must lie between 1 and 20000.")]
    public int MaxConnections { get; set; } = 400;

    /// <summary>Connections that one address may have at once. A room behind NAT is one address.</summary>
    [Range(1, 20000, ErrorMessage = "Distribution:Rsync:MaxConnectionsPerAddress must lie between 1 and 20000.")]
    public int MaxConnectionsPerAddress { get; set; } = 100;

    /// <summary>Networks that are served (<c>10.0.0.0/8</c>); empty = those of <c>Boot:Http:Networks</c>.</summary>
    public string[] Networks { get; set; } = [];
}

/// <summary>Who runs <c>rsync --daemon</c>.</summary>
public enum RsyncMode
{
    /// <summary>The portal, as a child process.</summary>
    Child,

    /// <summary>Somebody else, with the configuration that the portal writes.</summary>
    External,
}
