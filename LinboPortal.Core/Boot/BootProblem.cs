namespace LinboPortal.Core.Boot;

/// <summary>What went wrong in a boot. The words for it belong to the page; here is what they need.</summary>
/// <param name="At">When, from the start of the boot.</param>
public abstract record BootProblem(TimeSpan At)
{
    /// <summary>The program that the firmware was told to fetch is not there.</summary>
    public sealed record FirmwareFileMissing(TimeSpan At, string Path) : BootProblem(At);

    /// <summary>GRUB asked for the configuration of a group that has no start.conf.</summary>
    public sealed record GroupWithoutStartConf(TimeSpan At, string Path, string Group) : BootProblem(At);

    /// <summary>GRUB or LINBO asked for a group that nobody knows.</summary>
    public sealed record GroupUnknown(TimeSpan At, string Path, string Group) : BootProblem(At);

    /// <summary>The group has a start.conf, but its file is not in the LINBO tree.</summary>
    public sealed record NotInTree(TimeSpan At, string Path, string Group) : BootProblem(At);

    /// <summary>GRUB found a configuration neither for the PC nor for a group.</summary>
    public sealed record NoConfigForPc(TimeSpan At, string Path) : BootProblem(At);

    /// <summary>Kernel or initramfs is not there.</summary>
    public sealed record KernelMissing(TimeSpan At, string Path) : BootProblem(At);

    /// <summary>Another file is not there.</summary>
    public sealed record FileMissing(TimeSpan At, string Path) : BootProblem(At);

    /// <summary>The portal refused a request.</summary>
    public sealed record Refused(TimeSpan At, string Path, string? Reason) : BootProblem(At);

    /// <summary>A transfer broke off.</summary>
    public sealed record BrokenOff(TimeSpan At, string Path, long Bytes, long? Size, string? Reason) : BootProblem(At);

    /// <summary>Many packets had to be sent again: the network loses them.</summary>
    public sealed record PacketsLost(TimeSpan At, string Path, int Packets, double Share) : BootProblem(At);

    /// <summary>Nothing was heard after a stage, and the boot never came to its end.</summary>
    public sealed record WentSilent(TimeSpan At, BootStage After) : BootProblem(At);

    /// <summary>True for what slows a boot or leaves it without its group, but does not end it.</summary>
    public bool IsRemark => this is PacketsLost;
}

/// <summary>What the portal knows of groups, so that a missing file can be explained.</summary>
/// <param name="StartConfByGroup">True by group name where the group has a start.conf.</param>
public sealed record BootSurroundings(IReadOnlyDictionary<string, bool> StartConfByGroup)
{
    /// <summary>No group is known.</summary>
    public static BootSurroundings Nothing { get; } = new(new Dictionary<string, bool>());
}
