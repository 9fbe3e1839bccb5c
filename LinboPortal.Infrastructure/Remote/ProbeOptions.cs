using System.ComponentModel.DataAnnotations;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>How the portal looks what PCs are doing.</summary>
public sealed class ProbeOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Remote:Probe";

    /// <summary>False switches it off; states then come from boots alone.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Seconds between two looks at a PC.</summary>
    [Range(5, 3600, ErrorMessage = "Remote:Probe:IntervalSeconds must lie between 5 and 3600.")]
    public int IntervalSeconds { get; set; } = 60;

    /// <summary>Seconds between two looks at a PC that boots.</summary>
    [Range(1, 60, ErrorMessage = "Remote:Probe:BootingSeconds must lie between 1 and 60.")]
    public int BootingSeconds { get; set; } = 2;

    /// <summary>How long a port may take to answer.</summary>
    [Range(50, 10000, ErrorMessage = "Remote:Probe:TimeoutMilliseconds must lie between 50 and 10000.")]
    public int TimeoutMilliseconds { get; set; } = 700;

    /// <summary>A PC that was on counts as off after so many seconds without an answer.</summary>
    [Range(0, 3600, ErrorMessage = "Remote:Probe:OffAfterSeconds must lie between 0 and 3600.")]
    public int OffAfterSeconds { get; set; } = 100;

    /// <summary>Longest pause in seconds between two looks at a PC that is silent: pauses grow from <see cref="IntervalSeconds"/> to this.</summary>
    [Range(5, 86400, ErrorMessage = "Remote:Probe:SilentSeconds must lie between 5 and 86400.")]
    public int SilentSeconds { get; set; } = 900;

    /// <summary>Silent PCs looked at at the same time; each takes <see cref="TimeoutMilliseconds"/> and five connections.</summary>
    [Range(1, 4096, ErrorMessage = "Remote:Probe:SilentParallel must lie between 1 and 4096.")]
    public int SilentParallel { get; set; } = 20;

    /// <summary>PCs looked at at the same time, of those that answered lately.</summary>
    [Range(1, 4096, ErrorMessage = "Remote:Probe:Parallel must lie between 1 and 4096.")]
    public int Parallel { get; set; } = 384;
}
