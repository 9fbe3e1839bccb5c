namespace LinboPortal.Core.Boot;

/// <summary>Finds what went wrong in the steps of a boot.</summary>
internal sealed class BootDiagnosis(IReadOnlyList<BootStep> steps, DateTimeOffset start, BootSurroundings surroundings)
{
    private const int FewPackets = 20;
    private const double LostShare = 0.01;

    /// <summary>Payload of a TFTP packet as GRUB and most firmware ask for it.</summary>
    private const double PacketSize = 1024;

    private readonly HashSet<string> served = [.. steps.Where(s => s.Outcome == BootStepOutcome.Served).Select(s => s.Path)];
    private readonly bool hasConfig = steps.Any(s => s.Outcome == BootStepOutcome.Served
        && (BootMisses.HostOfConfig(s.Path) ?? BootMisses.GroupOfConfig(s.Path)) is not null);

    /// <summary>The problems in the order they came, each file once.</summary>
    public IEnumerable<BootProblem> Find() => steps.Select(Explain).OfType<BootProblem>().DistinctBy(p => p with { At = default });

    /// <summary>True where the file was missing, or the client let go of it, and nothing is wrong with that.</summary>
    public bool IsHarmless(BootStep step) => step.Outcome switch
    {
        BootStepOutcome.NotFound => BootMisses.NeedNotExist(step.Kind, step.Path) || IsOtherName(step),
        BootStepOutcome.Aborted => served.Contains(step.Path) || BootMisses.NeedNotExist(step.Kind, step.Path),
        _ => false,
    };

    /// <summary>GRUB asks for the PC's file first and for the group's then: one of them is enough, and the group's absence says more.</summary>
    private bool IsOtherName(BootStep step) =>
        BootMisses.HostOfConfig(step.Path) is not null && (hasConfig || steps.Any(s => BootMisses.GroupOfConfig(s.Path) is not null));

    private BootProblem? Explain(BootStep step)
    {
        var at = step.StartedAt - start;
        if (IsHarmless(step))
            return null;
        return step.Outcome switch
        {
            BootStepOutcome.NotFound => Missing(step, at),
            BootStepOutcome.Refused => new BootProblem.Refused(at, step.Path, step.Detail),
            // A transfer that was tried again and came through is no problem, only slow.
            BootStepOutcome.Failed or BootStepOutcome.Aborted when !served.Contains(step.Path) =>
                new BootProblem.BrokenOff(at, step.Path, step.Bytes, step.Size, step.Detail),
            _ => Lost(step, at),
        };
    }

    private BootProblem Missing(BootStep step, TimeSpan at)
    {
        if (step.Kind is BootStepKind.Tftp or BootStepKind.Http && BootMisses.HostOfConfig(step.Path) is not null)
            return new BootProblem.NoConfigForPc(at, step.Path);
        if ((BootMisses.GroupOfConfig(step.Path) ?? BootMisses.GroupOfStartConf(step.Path)) is { } group)
        {
            return surroundings.StartConfByGroup.TryGetValue(group, out var hasStartConf)
                ? hasStartConf ? new BootProblem.NotInTree(at, step.Path, group) : new BootProblem.GroupWithoutStartConf(at, step.Path, group)
                : new BootProblem.GroupUnknown(at, step.Path, group);
        }

        return BootPaths.Classify(step.Path) switch
        {
            BootFile.Firmware => new BootProblem.FirmwareFileMissing(at, step.Path),
            BootFile.Kernel or BootFile.Initrd => new BootProblem.KernelMissing(at, step.Path),
            _ => new BootProblem.FileMissing(at, step.Path),
        };
    }

    private static BootProblem.PacketsLost? Lost(BootStep step, TimeSpan at)
    {
        var share = step.Retransmits / Math.Max(1, step.Bytes / PacketSize);
        return step.Retransmits > FewPackets && share > LostShare ? new BootProblem.PacketsLost(at, step.Path, step.Retransmits, share) : null;
    }
}
