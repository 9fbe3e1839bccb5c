using LinboPortal.Core.Hosts;
using LinboPortal.Core.StartConf;

namespace LinboPortal.Core.Images;

/// <summary>What is known before an image is made of a PC, and what follows from it.</summary>
public sealed record MakingFacts
{
    /// <summary>The system; null where start.conf has no such one.</summary>
    public OsEntry? System { get; init; }

    /// <summary>True for a differential image.</summary>
    public bool IsQdiff { get; init; }

    /// <summary>The name of a new image as it was typed; null for a new version of the one that the system names.</summary>
    public string? NewName { get; init; }

    /// <summary>True where the PC boots LINBO and its group has a start.conf.</summary>
    public bool BootsLinbo { get; init; }

    /// <summary>What was last seen of the PC.</summary>
    public HostState State { get; init; }

    /// <summary>True while a job works on the PC.</summary>
    public bool IsWorking { get; init; }

    /// <summary>True while somebody uploads the image.</summary>
    public bool IsUploading { get; init; }

    /// <summary>True where an image of the new name exists.</summary>
    public bool IsTaken { get; init; }

    /// <summary>True where the server has a good base of the image.</summary>
    public bool HasGoodBase { get; init; }

    /// <summary>True where start.conf names a cache on the PC.</summary>
    public bool HasCache { get; init; }

    /// <summary>Size of the cache partition by start.conf; null where it takes the rest of the disk.</summary>
    public long? CacheBytes { get; init; }

    /// <summary>True where the PC itself was asked for its cache.</summary>
    public bool WasAsked { get; init; }

    /// <summary>Bytes that the PC says it has for the image in its cache; null where it could not be asked, or cannot mount it.</summary>
    public long? CacheFree { get; init; }

    /// <summary>Bytes of the other images that belong into the cache.</summary>
    public long OtherImages { get; init; }

    /// <summary>What the image will need, by the former one; null where there is none.</summary>
    public long? Expected { get; init; }

    /// <summary>Free bytes at the server, less those that are to stay free.</summary>
    public long Free { get; init; }

    /// <summary>Other PCs whose groups name the image.</summary>
    public int OtherPcs { get; init; }

    /// <summary>Groups that name the image.</summary>
    public int Groups { get; init; }

    /// <summary>True where the PC is to do it once it starts anew.</summary>
    public bool AtNextBoot => NewName is not null || IsInSystem;

    /// <summary>True where the PC may be woken or restarted for it: not under somebody's hands.</summary>
    public bool MayWake => !IsInSystem && (NewName is not null || State != HostState.Linbo);

    private bool IsInSystem => State is HostState.Linux or HostState.Windows or HostState.On;

    /// <summary>All that there is to say, the PC first.</summary>
    public IReadOnlyList<MakingCheck> Check()
    {
        if (!BootsLinbo)
            return [Stop(MakingFinding.PcNotLinbo)];
        if (System is null)
            return [Stop(MakingFinding.NoSystem)];
        return [Pc(), .. Image(), .. Cache(), Server(), Use()];
    }

    private MakingCheck Pc() => this switch
    {
        { IsWorking: true } => Stop(MakingFinding.PcBusy),
        { IsInSystem: true } => new(MakingFinding.PcInSystem, MakingWeight.Look),
        { MayWake: true, State: HostState.Linbo } => new(MakingFinding.PcRestarts, MakingWeight.Look),
        { MayWake: true } => new(MakingFinding.PcAsleep, MakingWeight.Good),
        _ => new(MakingFinding.PcReady, MakingWeight.Good),
    };

    private IEnumerable<MakingCheck> Image()
    {
        if (System!.IsLiveIso)
            yield return Stop(MakingFinding.LiveSystem);
        if (NewName is { } name)
        {
            if (!ImageName.TryParseNew(name, out _))
                yield return Stop(MakingFinding.BadName);
            else if (IsTaken)
                yield return Stop(MakingFinding.NameTaken);
        }
        else if (System.BaseImage.Length == 0)
        {
            yield return Stop(MakingFinding.NoName);
        }

        if (IsQdiff && !HasGoodBase)
            yield return Stop(MakingFinding.NoBase);
        if (IsUploading)
            yield return Stop(MakingFinding.IsUploading);
    }

    // The new image is made beside the others; the former one of that name goes first.
    private IEnumerable<MakingCheck> Cache() => this switch
    {
        { HasCache: false } => [Stop(MakingFinding.NoCache)],
        { CacheFree: { } free, Expected: { } expected } => [new(expected > free ? MakingFinding.CacheHasNoRoom : MakingFinding.CacheHasRoom, expected > free ? MakingWeight.Look : MakingWeight.Good, free, expected)],
        { CacheFree: { } free } => [new(MakingFinding.CacheRoomOnly, MakingWeight.Look, free)],
        { WasAsked: true } => [new(MakingFinding.CacheNotMounted, MakingWeight.Look)],
        _ => [CacheByStartConf(), new(MakingFinding.CacheNotAsked, MakingWeight.Look)],
    };

    private MakingCheck CacheByStartConf() => this switch
    {
        { CacheBytes: { } size, Expected: { } expected } when OtherImages + expected > size =>
            new(MakingFinding.CacheSmall, MakingWeight.Look, size, OtherImages + expected),
        { CacheBytes: { } size } when OtherImages > size => new(MakingFinding.CacheSmall, MakingWeight.Look, size, OtherImages),
        { CacheBytes: { } size, Expected: { } expected } => new(MakingFinding.CacheFits, MakingWeight.Good, size, OtherImages + expected),
        _ => new(MakingFinding.CacheUnknown, MakingWeight.Look),
    };

    private MakingCheck Server() => Expected switch
    {
        _ when Free <= 0 => new(MakingFinding.ServerFull, MakingWeight.Stop, 0, Expected ?? 0),
        { } expected when expected > Free => new(MakingFinding.ServerFull, MakingWeight.Stop, Free, expected),
        { } expected => new(MakingFinding.ServerFits, MakingWeight.Good, Free, expected),
        null => new(MakingFinding.ServerUnknown, MakingWeight.Look, Free),
    };

    private MakingCheck Use() => NewName is not null ? new(MakingFinding.GroupChanges, MakingWeight.Look, OtherPcs)
        : OtherPcs > 0 ? new(MakingFinding.UsedByOthers, MakingWeight.Look, OtherPcs, Groups)
        : new(MakingFinding.UsedByNobodyElse, MakingWeight.Good);

    private static MakingCheck Stop(MakingFinding finding) => new(finding, MakingWeight.Stop);
}
