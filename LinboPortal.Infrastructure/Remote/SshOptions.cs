using System.ComponentModel.DataAnnotations;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>How the portal reaches LINBO's SSH server on the clients.</summary>
public sealed class SshOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Remote:Ssh";

    /// <summary>TCP port on the clients.</summary>
    [Range(1, 65535, ErrorMessage = "Remote:Ssh:Port must lie between 1 and 65535.")]
    public int Port { get; set; } = 2222;
}
