using System.ComponentModel.DataAnnotations;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>Settings of the rsync daemon that clients fetch start.conf, images and updates from.</summary>
public sealed class RsyncOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Distribution:Rsync";

    /// <summary>False where another program serves rsync.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>TCP port; clients know 873 only.</summary>
    [Range(1, 65535, ErrorMessage = "Distribution:Rsync:Port must lie between 1 and 65535.")]
    public int Port { get; set; } = 873;

    /// <summary>The daemon gives up on a client that is silent for so many seconds.</summary>
    [Range(10, 86400, ErrorMessage = "Distribution:Rsync:TimeoutSeconds must lie between 10 and 86400.")]
    public int TimeoutSeconds { get; set; } = 600;
}
