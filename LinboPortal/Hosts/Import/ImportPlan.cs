using LinboPortal.Core.Hosts;
using LinboPortal.Core.StartConf;

namespace LinboPortal.Hosts.Import;

/// <summary>All that an import would do. The same files on the same data give the same plan.</summary>
public sealed record ImportPlan
{
    public required IReadOnlyList<NewHost> New { get; init; }

    public required IReadOnlyList<ChangedHost> Changed { get; init; }

    /// <summary>Hosts that the files do not have; deleted only where that is wished.</summary>
    public required IReadOnlyList<MissingHost> Missing { get; init; }

    public required int Unchanged { get; init; }

    public required IReadOnlyList<GroupChange> Groups { get; init; }

    /// <summary>Groups whose start.conf is the same already.</summary>
    public required int UnchangedGroups { get; init; }

    public required IReadOnlyList<SubnetChange> Subnets { get; init; }

    /// <summary>All networks as they will be; null where no subnets.csv was given or nothing changes.</summary>
    public required IReadOnlyList<Subnet>? AllSubnets { get; init; }

    /// <summary>Files to keep byte for byte, because their bytes changed, if only in a comment.</summary>
    public required IReadOnlyList<KeptFile> Files { get; init; }

    /// <summary>Names of files that the import does not know.</summary>
    public required IReadOnlyList<string> Ignored { get; init; }

    public required IReadOnlyList<ImportIssue> Issues { get; init; }

    public required bool DeleteMissing { get; init; }

    /// <summary>Stands for the files, the wishes and the data that the plan was made from.</summary>
    public required string Fingerprint { get; init; }

    public bool HasErrors => Issues.Any(i => !i.IsWarning);

    public int Deleted => DeleteMissing ? Missing.Count : 0;

    /// <summary>True where more than a fifth of all PCs, or all of a school, would be deleted: the person has to name their number.</summary>
    public required bool NeedsNumber { get; init; }

    public bool ChangesHosts => New.Count + Changed.Count + Deleted > 0;

    /// <summary>True where there is nothing to apply.</summary>
    public bool IsEmpty => !ChangesHosts && Groups.Count == 0 && AllSubnets is null && Files.Count == 0;
}

/// <summary>A host to add.</summary>
public sealed record NewHost(string School, Device Device, string File, int Line);

/// <summary>A host to change.</summary>
public sealed record ChangedHost(Guid Id, string Name, string School, Device Device, IReadOnlyList<FieldChange> Changes);

/// <summary>An old and a new value.</summary>
public sealed record FieldChange(HostField Field, string From, string To);

/// <summary>A host that its school's file does not have.</summary>
public sealed record MissingHost(Guid Id, string School, string Name, string Room);

/// <summary>A start.conf that is new for its group, or another than it has.</summary>
public sealed record GroupChange(string Group, string? From, string To)
{
    public bool IsNew => From is null;
}

/// <summary>A network that is new, changed or gone, as rows of subnets.csv.</summary>
public sealed record SubnetChange(string Network, string? From, string? To);

/// <summary>A file to keep as it is.</summary>
public sealed record KeptFile(string Key, byte[] Content);

/// <summary>Something about a file, with its place from 1; line 0 means the whole file.</summary>
public abstract record ImportIssue(string File, int Line, int Column, bool IsWarning)
{
    /// <summary>About a row of devices.csv or subnets.csv.</summary>
    public sealed record Row(string File, int Line, int Column, HostIssue Issue) : ImportIssue(File, Line, Column, Issue.IsWarning);

    /// <summary>About a line of start.conf.</summary>
    public sealed record StartConf(string File, StartConfProblem Problem, bool IsWarning)
        : ImportIssue(File, Problem.Line, Problem.Column, IsWarning);

    /// <summary>About a file as a whole.</summary>
    public sealed record Whole(string File, ImportFileProblem Problem, int Line = 0, int Column = 0)
        : ImportIssue(File, Line, Column, IsWarning: Problem is ImportFileProblem.NotKnown or ImportFileProblem.NoHosts);
}

/// <summary>Why a file cannot be read.</summary>
public enum ImportFileProblem
{
    /// <summary>Given twice, or two files for the same school or group.</summary>
    Twice,

    /// <summary>start.conf of a group that may not be called so.</summary>
    Reserved,

    /// <summary>start.conf in another encoding than UTF-8.</summary>
    NotUtf8,

    /// <summary>Larger than anything that can be meant.</summary>
    TooLarge,

    /// <summary>Nothing in it.</summary>
    Empty,

    /// <summary>The name stands for nothing that the import knows. A warning.</summary>
    NotKnown,

    /// <summary>devices.csv without a single host. A warning.</summary>
    NoHosts,
}
