using System.ComponentModel.DataAnnotations;

namespace LinboPortal.Infrastructure.Boot;

/// <summary>How much of the past the boot journal keeps.</summary>
public sealed class BootJournalOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Boot:Journal";

    /// <summary>Boots kept of each PC.</summary>
    [Range(1, 1000)]
    public int KeepRuns { get; set; } = 30;

    /// <summary>Days after which a boot is forgotten.</summary>
    [Range(1, 3650)]
    public int KeepDays { get; set; } = 30;

    /// <summary>Boots kept of all unknown PCs together.</summary>
    [Range(1, 100_000)]
    public int KeepUnknownRuns { get; set; } = 2000;
}
