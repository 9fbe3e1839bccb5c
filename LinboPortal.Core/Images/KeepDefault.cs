namespace LinboPortal.Core.Images;

/// <summary>Which versions are kept of images that have no rules of their own. One row; the settings count where there is none.</summary>
public sealed class KeepDefault
{
    /// <summary>Key of the only row.</summary>
    public const int Only = 1;

    /// <summary>Key.</summary>
    public int Id { get; init; } = Only;

    /// <summary>How many; null = no such rule.</summary>
    public int? Last { get; set; }

    /// <summary>How old in days; null = no such rule.</summary>
    public int? Days { get; set; }
}
