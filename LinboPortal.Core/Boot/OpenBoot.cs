namespace LinboPortal.Core.Boot;

/// <summary>How far a boot has come.</summary>
internal enum BootPhase
{
    Dhcp,
    Firmware,
    Grub,
    Kernel,
    Client,
    Done,
}

/// <summary>A boot that may still get steps.</summary>
internal sealed class OpenBoot(BootRun run)
{
    /// <summary>A PC that asks without end fills no database.</summary>
    private const int MaxSteps = 600;

    public BootRun Run { get; } = run;

    public BootPhase Phase { get; private set; }

    public int Steps { get; private set; }

    /// <summary>True once something was seen that only a PC starting from the network does.</summary>
    public bool IsNetworkBoot { get; private set; }

    public bool IsFull => Steps >= MaxSteps;

    /// <summary>True where DHCP or GRUB told the MAC, not just the neighbour table.</summary>
    public bool HasCertainMac { get; set; }

    public void Add(BootObservation seen)
    {
        Steps++;
        Advance(seen);
        var end = seen.StartedAt + seen.Duration;
        if (end > Run.LastStepAt)
            Run.LastStepAt = end;
    }

    public void Advance(BootObservation seen)
    {
        var phase = PhaseOf(seen);
        if (phase > Phase)
            Phase = phase;
        IsNetworkBoot |= seen.Kind switch
        {
            BootStepKind.Dhcp => DhcpFacts.Parse(seen.Detail).IsFirmware,
            BootStepKind.Tftp or BootStepKind.Http => BootPaths.Classify(seen.Path) is BootFile.Firmware or BootFile.Grub,
            _ => false,
        };
        NoteFirmware(seen);
    }

    public void Absorb(OpenBoot other)
    {
        Steps += other.Steps;
        IsNetworkBoot |= other.IsNetworkBoot;
        if (Run.Firmware.Length == 0)
            Run.Firmware = other.Run.Firmware;
        if (other.Phase > Phase)
            Phase = other.Phase;
    }

    private BootPhase PhaseOf(BootObservation seen) => seen.Kind switch
    {
        BootStepKind.Dhcp => Phase >= BootPhase.Kernel && !DhcpFacts.Parse(seen.Detail).IsFirmware ? BootPhase.Client : BootPhase.Dhcp,
        BootStepKind.StartConf or BootStepKind.Rsync => BootPhase.Client,
        BootStepKind.Ssh => BootPhase.Done,
        _ => BootPaths.Classify(seen.Path) switch
        {
            BootFile.Firmware => BootPhase.Firmware,
            BootFile.Kernel or BootFile.Initrd => BootPhase.Kernel,
            BootFile.Grub => BootPhase.Grub,
            _ => BootPhase.Dhcp,
        },
    };

    private void NoteFirmware(BootObservation seen)
    {
        var firmware = seen.Kind switch
        {
            BootStepKind.Dhcp => BootFirmware.FromArchitecture(DhcpFacts.Parse(seen.Detail).Architecture),
            BootStepKind.Http when BootPaths.Classify(seen.Path) == BootFile.Firmware => BootFirmware.UefiHttp,
            BootStepKind.Tftp or BootStepKind.Http => BootPaths.Firmware(seen.Path),
            _ => "",
        };
        // The firmware is known by the first word about it; GRUB's own files say the same or less.
        if (firmware.Length > 0 && (Run.Firmware.Length == 0 || Phase <= BootPhase.Firmware))
            Run.Firmware = firmware;
    }
}
