namespace LinboPortal.Core.Boot;

/// <summary>Why nothing was asked for, as far as the steps before and after tell.</summary>
public enum BootGapReason
{
    /// <summary>The firmware waits before it fetches its first file (iPXE waits for IPv6).</summary>
    FirmwareWaits,

    /// <summary>The firmware asks for an address again.</summary>
    AddressAwaited,

    /// <summary>GRUB was started.</summary>
    GrubStarts,

    /// <summary>GRUB searches the disks, or its menu waits.</summary>
    GrubWaits,

    /// <summary>GRUB starts LINBO from the disk: no kernel was fetched.</summary>
    LocalKernelStarts,

    /// <summary>The kernel runs and finds its hardware.</summary>
    KernelStarts,

    /// <summary>LINBO works: it mounts its cache, compares files.</summary>
    LinboWorks,

    /// <summary>LINBO has its start.conf and starts its services.</summary>
    ServicesStart,

    /// <summary>The boot goes on, and nothing has come since.</summary>
    Waiting,
}

/// <summary>A time in which nothing was asked for.</summary>
/// <param name="From">From the start of the boot.</param>
/// <param name="Length">How long.</param>
/// <param name="Reason">What was going on meanwhile.</param>
public sealed record BootGap(TimeSpan From, TimeSpan Length, BootGapReason Reason);

/// <summary>Finds and names the gaps.</summary>
internal static class BootGaps
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1.5);
    private const double ShortestShare = 0.05;

    /// <summary>The gaps between the steps, and the one that is going on at the end.</summary>
    /// <param name="steps">In the order of their start.</param>
    /// <param name="start">Start of the boot.</param>
    /// <param name="end">End of what is drawn.</param>
    public static IReadOnlyList<BootGap> Find(IReadOnlyList<BootStep> steps, DateTimeOffset start, DateTimeOffset end)
    {
        var gaps = new List<BootGap>();
        var least = TimeSpan.FromTicks(Math.Max(Shortest.Ticks, (long)((end - start).Ticks * ShortestShare)));
        var quietSince = start;
        var before = BootStage.Address;
        foreach (var step in steps)
        {
            var after = step.Outcome == BootStepOutcome.Served ? BootStages.After(step.Kind, step.Path, step.Detail, before) : before;
            if (step.StartedAt - quietSince >= least)
                gaps.Add(new BootGap(quietSince - start, step.StartedAt - quietSince, Reason(before, after, step.Kind)));
            before = after;
            var ended = step.StartedAt + step.Duration;
            if (ended > quietSince)
                quietSince = ended;
        }

        if (end - quietSince >= least)
            gaps.Add(new BootGap(quietSince - start, end - quietSince, BootGapReason.Waiting));
        return gaps;
    }

    private static BootGapReason Reason(BootStage before, BootStage after, BootStepKind next) => (before, after) switch
    {
        (_, BootStage.Ready) => BootGapReason.ServicesStart,
        (BootStage.Linbo, _) => BootGapReason.LinboWorks,
        (BootStage.Kernel, BootStage.Linbo) => BootGapReason.KernelStarts,
        (BootStage.Grub, BootStage.Linbo) => BootGapReason.LocalKernelStarts,
        (BootStage.Grub or BootStage.Kernel, _) => BootGapReason.GrubWaits,
        (BootStage.Firmware, _) => BootGapReason.GrubStarts,
        (BootStage.Address, _) => next == BootStepKind.Dhcp ? BootGapReason.AddressAwaited : BootGapReason.FirmwareWaits,
        _ => BootGapReason.Waiting,
    };
}
