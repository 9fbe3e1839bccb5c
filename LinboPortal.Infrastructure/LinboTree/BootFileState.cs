namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>What is known of kernel or initramfs.</summary>
public enum BootFileCondition
{
    /// <summary>There is none.</summary>
    Missing,

    /// <summary>It is being copied, or was a moment ago.</summary>
    Arriving,

    /// <summary>It is cut off or damaged.</summary>
    CutOff,

    /// <summary>It is something else.</summary>
    Foreign,

    /// <summary>It is complete and its checksum is known.</summary>
    Whole,
}

/// <summary>One of the two files that LINBO consists of.</summary>
/// <param name="Name">Below the root of the tree.</param>
/// <param name="Condition">What is known of it.</param>
/// <param name="ChangedAt">When it last changed (UTC); null for a missing one.</param>
public sealed record BootFileState(string Name, BootFileCondition Condition, DateTimeOffset? ChangedAt);
