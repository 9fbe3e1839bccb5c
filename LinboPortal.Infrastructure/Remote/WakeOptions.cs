using System.ComponentModel.DataAnnotations;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>How PCs are woken.</summary>
public sealed class WakeOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Remote:Wake";

    /// <summary>UDP port; the PC's network card looks at none, but switches and firewalls do.</summary>
    [Range(1, 65535, ErrorMessage = "Remote:Wake:Port must lie between 1 and 65535.")]
    public int Port { get; set; } = 9;

    /// <summary>How often each magic packet is sent.</summary>
    [Range(1, 20, ErrorMessage = "Remote:Wake:Packets must lie between 1 and 20.")]
    public int Packets { get; set; } = 3;

    /// <summary>Pause between two of them.</summary>
    [Range(0, 5000, ErrorMessage = "Remote:Wake:SpacingMilliseconds must lie between 0 and 5000.")]
    public int SpacingMilliseconds { get; set; } = 150;
}
