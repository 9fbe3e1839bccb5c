using System.ComponentModel.DataAnnotations;

namespace LinboPortal.Remote;

/// <summary>Limits of terminals.</summary>
internal sealed class TerminalOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Remote:Terminal";

    /// <summary>Terminals open at the same time on this portal.</summary>
    [Range(0, 1000, ErrorMessage = "Remote:Terminal:Sessions must lie between 0 and 1000.")]
    public int Sessions { get; set; } = 20;

    /// <summary>Terminals that one person has open at the same time.</summary>
    [Range(0, 100, ErrorMessage = "Remote:Terminal:SessionsPerPerson must lie between 0 and 100.")]
    public int SessionsPerPerson { get; set; } = 4;

    /// <summary>Minutes without a key after which a terminal is closed.</summary>
    [Range(0.1, 1440, ErrorMessage = "Remote:Terminal:IdleMinutes must lie between 0.1 and 1440.")]
    public double IdleMinutes { get; set; } = 30;

    /// <summary>Seconds before that in which it is said.</summary>
    [Range(0, 600, ErrorMessage = "Remote:Terminal:WarnSeconds must lie between 0 and 600.")]
    public int WarnSeconds { get; set; } = 120;
}
