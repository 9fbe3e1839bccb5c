namespace LinboPortal.Core.Boot;

/// <summary>How far a boot has come, as a person would say it.</summary>
public enum BootStage
{
    /// <summary>The firmware asks for an address.</summary>
    Address,

    /// <summary>The firmware fetches its first file.</summary>
    Firmware,

    /// <summary>GRUB reads its modules and configuration.</summary>
    Grub,

    /// <summary>Kernel and initramfs are fetched.</summary>
    Kernel,

    /// <summary>LINBO runs and reads start.conf.</summary>
    Linbo,

    /// <summary>Port 2222 answers.</summary>
    Ready,
}

/// <summary>Reads the stage from what was served.</summary>
public static class BootStages
{
    /// <summary>The stage that a served step shows; never less than what was reached before.</summary>
    /// <param name="kind">Lane of the step.</param>
    /// <param name="path">Path or word.</param>
    /// <param name="detail">Wire words, where they are known.</param>
    /// <param name="reached">The stage before.</param>
    public static BootStage After(BootStepKind kind, string path, string? detail, BootStage reached)
    {
        var shown = kind switch
        {
            BootStepKind.Ssh => BootStage.Ready,
            BootStepKind.StartConf or BootStepKind.Rsync => BootStage.Linbo,
            BootStepKind.Dhcp => IsOfLinbo(detail, reached) ? BootStage.Linbo : BootStage.Address,
            BootStepKind.Tftp or BootStepKind.Http => BootPaths.Classify(path) switch
            {
                BootFile.Firmware => BootStage.Firmware,
                BootFile.Grub => BootStage.Grub,
                BootFile.Kernel or BootFile.Initrd => BootStage.Kernel,
                _ => BootStage.Address,
            },
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
        return shown > reached ? shown : reached;
    }

    /// <summary>How much of a boot is behind a PC, 0 to 1: fills the ring.</summary>
    public static double Share(BootStage stage) => stage switch
    {
        BootStage.Address => 0.08,
        BootStage.Firmware => 0.2,
        BootStage.Grub => 0.4,
        BootStage.Kernel => 0.65,
        BootStage.Linbo => 0.9,
        BootStage.Ready => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, null),
    };

    /// <summary>True where LINBO's own DHCP client asks, not the firmware: it comes after GRUB.</summary>
    private static bool IsOfLinbo(string? detail, BootStage reached) =>
        reached >= BootStage.Grub && (detail is null || !DhcpFacts.Parse(detail).IsFirmware);
}
