namespace LinboPortal.Core.Boot;

/// <summary>What a bar of the timeline stands for; like steps that follow each other share one.</summary>
public enum BootBarKind
{
    /// <summary>DHCP.</summary>
    Address,

    /// <summary>The first file that the firmware fetches.</summary>
    Firmware,

    /// <summary>GRUB's modules and their lists.</summary>
    GrubModules,

    /// <summary>Configuration that GRUB reads.</summary>
    GrubConfig,

    /// <summary>Fonts and pictures of GRUB's menu.</summary>
    GrubLook,

    /// <summary>linbo64.</summary>
    Kernel,

    /// <summary>linbofs64.</summary>
    Initrd,

    /// <summary>start.conf.</summary>
    StartConf,

    /// <summary>What LINBO reads besides.</summary>
    LinboFiles,

    /// <summary>Port 2222 answers.</summary>
    Ready,

    /// <summary>Any other file.</summary>
    Other,

    /// <summary>Files that need not exist, and do not.</summary>
    Misses,

    /// <summary>A step that went wrong.</summary>
    Problem,
}

/// <summary>One bar of the timeline.</summary>
/// <param name="Kind">What it stands for.</param>
/// <param name="Lane">Where it is drawn.</param>
/// <param name="From">From the start of the boot.</param>
/// <param name="Length">To the end of the last step.</param>
/// <param name="Steps">The steps, oldest first; at least one.</param>
public sealed record BootBar(BootBarKind Kind, BootLane Lane, TimeSpan From, TimeSpan Length, IReadOnlyList<BootStep> Steps)
{
    /// <summary>How many different files.</summary>
    public int Files => Steps.Select(s => s.Path).Distinct().Count();

    /// <summary>Payload of all steps.</summary>
    public long Bytes => Steps.Sum(s => s.Bytes);

    /// <summary>Packets sent again.</summary>
    public int Retransmits => Steps.Sum(s => s.Retransmits);
}

/// <summary>A lane of the timeline.</summary>
public enum BootLane
{
    /// <summary>DHCP seen on the wire.</summary>
    Dhcp,

    /// <summary>TFTP.</summary>
    Tftp,

    /// <summary>HTTP.</summary>
    Http,

    /// <summary>rsync, start.conf first of all.</summary>
    Rsync,

    /// <summary>Port 2222.</summary>
    Ssh,
}

/// <summary>Folds steps into bars.</summary>
internal static class BootBars
{
    private static readonly TimeSpan Together = TimeSpan.FromSeconds(1.5);

    /// <summary>The bars in the order of their start.</summary>
    /// <param name="steps">In the order of their start.</param>
    /// <param name="start">Start of the boot.</param>
    /// <param name="diagnosis">Tells misses from problems.</param>
    public static IReadOnlyList<BootBar> Fold(IReadOnlyList<BootStep> steps, DateTimeOffset start, BootDiagnosis diagnosis)
    {
        var groups = new List<Group>();
        var reached = BootStage.Address;
        foreach (var step in steps)
        {
            reached = step.Outcome == BootStepOutcome.Served ? BootStages.After(step.Kind, step.Path, step.Detail, reached) : reached;
            var kind = KindOf(step, diagnosis);
            var lane = LaneOf(step.Kind);
            var group = Folds(kind) ? groups.FindLast(g => g.Kind == kind && g.Lane == lane) : null;
            if (group is null || step.StartedAt - group.End > Together || (kind == BootBarKind.Address && group.Stage != reached))
                groups.Add(group = new Group(kind, lane, reached));
            group.Add(step);
        }

        return [.. groups.Select(g => new BootBar(g.Kind, g.Lane, g.Steps[0].StartedAt - start, g.End - g.Steps[0].StartedAt, g.Steps))];
    }

    private static BootLane LaneOf(BootStepKind kind) => kind switch
    {
        BootStepKind.Dhcp => BootLane.Dhcp,
        BootStepKind.Tftp => BootLane.Tftp,
        BootStepKind.Http => BootLane.Http,
        BootStepKind.StartConf or BootStepKind.Rsync => BootLane.Rsync,
        BootStepKind.Ssh => BootLane.Ssh,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static bool Folds(BootBarKind kind) => kind is BootBarKind.Address or BootBarKind.Firmware or BootBarKind.GrubModules
        or BootBarKind.GrubConfig or BootBarKind.GrubLook or BootBarKind.LinboFiles or BootBarKind.Misses;

    private static BootBarKind KindOf(BootStep step, BootDiagnosis diagnosis)
    {
        // A size probe belongs to the transfer that follows it.
        var isProbe = step.Outcome == BootStepOutcome.Aborted && diagnosis.IsHarmless(step);
        if (step.Outcome != BootStepOutcome.Served && !isProbe)
            return diagnosis.IsHarmless(step) ? BootBarKind.Misses : BootBarKind.Problem;
        return step.Kind switch
        {
            BootStepKind.Dhcp => BootBarKind.Address,
            BootStepKind.StartConf => BootBarKind.StartConf,
            BootStepKind.Rsync => BootBarKind.LinboFiles,
            BootStepKind.Ssh => BootBarKind.Ready,
            _ => BootPaths.Classify(step.Path) switch
            {
                BootFile.Firmware => BootBarKind.Firmware,
                BootFile.Kernel => BootBarKind.Kernel,
                BootFile.Initrd => BootBarKind.Initrd,
                BootFile.StartConf => BootBarKind.StartConf,
                BootFile.Grub => KindOfGrub(step.Path),
                _ => BootBarKind.Other,
            },
        };
    }

    private static BootBarKind KindOfGrub(string path) => Path.GetExtension(path) switch
    {
        ".mod" or ".lst" => BootBarKind.GrubModules,
        ".cfg" or ".reboot" => BootBarKind.GrubConfig,
        _ => BootBarKind.GrubLook,
    };

    private sealed class Group(BootBarKind kind, BootLane lane, BootStage stage)
    {
        public BootBarKind Kind { get; } = kind;

        public BootLane Lane { get; } = lane;

        public BootStage Stage { get; } = stage;

        public List<BootStep> Steps { get; } = [];

        public DateTimeOffset End { get; private set; }

        public void Add(BootStep step)
        {
            Steps.Add(step);
            var end = step.StartedAt + step.Duration;
            End = end > End ? end : End;
        }
    }
}
