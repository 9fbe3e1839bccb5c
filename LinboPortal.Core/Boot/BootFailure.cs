namespace LinboPortal.Core.Boot;

/// <summary>Why the last boot of a PC did not come to its end; kept with the PC's state until a boot comes up well.</summary>
/// <param name="BootId">Key of the boot.</param>
/// <param name="At">When its last step ended (UTC).</param>
/// <param name="Verdict"><see cref="BootVerdict.Failed"/> or <see cref="BootVerdict.Silent"/>.</param>
/// <param name="Problem">Name of the <see cref="BootProblem"/> that ended it.</param>
public sealed record BootFailure(Guid BootId, DateTimeOffset At, BootVerdict Verdict, string Problem)
{
    /// <summary>The file that it is about; empty for none.</summary>
    public string Path { get; init; } = "";

    /// <summary>The group that it is about; empty for none.</summary>
    public string Group { get; init; } = "";

    /// <summary>Bytes delivered before a transfer broke off.</summary>
    public long Bytes { get; init; }

    /// <summary>Bytes of the file where they are known.</summary>
    public long? Size { get; init; }

    /// <summary>How far the boot came.</summary>
    public BootStage Stage { get; init; }

    /// <summary>The failure of a boot; null for one that goes on or came up.</summary>
    /// <param name="boot">The boot.</param>
    /// <param name="endedAt">End of its last step.</param>
    public static BootFailure? Of(BootTimeline boot, DateTimeOffset endedAt)
    {
        if (boot.Verdict is not (BootVerdict.Failed or BootVerdict.Silent))
            return null;
        var problem = boot.Problems.FirstOrDefault(p => !p.IsRemark) ?? new BootProblem.WentSilent(boot.Length, boot.Stage);
        var failure = new BootFailure(boot.Id, endedAt, boot.Verdict, problem.GetType().Name) { Stage = boot.Stage };
        return problem switch
        {
            BootProblem.FirmwareFileMissing p => failure with { Path = p.Path },
            BootProblem.GroupWithoutStartConf p => failure with { Path = p.Path, Group = p.Group },
            BootProblem.GroupUnknown p => failure with { Path = p.Path, Group = p.Group },
            BootProblem.NotInTree p => failure with { Path = p.Path, Group = p.Group },
            BootProblem.NoConfigForPc p => failure with { Path = p.Path },
            BootProblem.KernelMissing p => failure with { Path = p.Path },
            BootProblem.FileMissing p => failure with { Path = p.Path },
            BootProblem.Refused p => failure with { Path = p.Path },
            BootProblem.BrokenOff p => failure with { Path = p.Path, Bytes = p.Bytes, Size = p.Size },
            BootProblem.WentSilent p => failure with { Stage = p.After },
            _ => throw new InvalidOperationException($"{problem} ends no boot."),
        };
    }

    /// <summary>The problem, for those who put it into words.</summary>
    public BootProblem ToProblem() => Problem switch
    {
        nameof(BootProblem.FirmwareFileMissing) => new BootProblem.FirmwareFileMissing(default, Path),
        nameof(BootProblem.GroupWithoutStartConf) => new BootProblem.GroupWithoutStartConf(default, Path, Group),
        nameof(BootProblem.GroupUnknown) => new BootProblem.GroupUnknown(default, Path, Group),
        nameof(BootProblem.NotInTree) => new BootProblem.NotInTree(default, Path, Group),
        nameof(BootProblem.NoConfigForPc) => new BootProblem.NoConfigForPc(default, Path),
        nameof(BootProblem.KernelMissing) => new BootProblem.KernelMissing(default, Path),
        nameof(BootProblem.FileMissing) => new BootProblem.FileMissing(default, Path),
        nameof(BootProblem.Refused) => new BootProblem.Refused(default, Path, null),
        nameof(BootProblem.BrokenOff) => new BootProblem.BrokenOff(default, Path, Bytes, Size, null),
        _ => new BootProblem.WentSilent(default, Stage), // also for what another version wrote
    };
}
