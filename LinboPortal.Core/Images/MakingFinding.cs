namespace LinboPortal.Core.Images;

/// <summary>What a check before making an image of a PC found. The portal says it in the reader's language.</summary>
public enum MakingFinding
{
    /// <summary>The PC is in LINBO.</summary>
    PcReady,

    /// <summary>It is off, or starts: it is woken.</summary>
    PcAsleep,

    /// <summary>It must start anew to learn the new name.</summary>
    PcRestarts,

    /// <summary>A system runs, perhaps with somebody at it: the image is made at the next start.</summary>
    PcInSystem,

    /// <summary>A job works on it.</summary>
    PcBusy,

    /// <summary>It does not boot LINBO, or has no start.conf.</summary>
    PcNotLinbo,

    /// <summary>The group's start.conf has no such system.</summary>
    NoSystem,

    /// <summary>The system names no image: a name is needed.</summary>
    NoName,

    /// <summary>A live system has no partition to make an image of.</summary>
    LiveSystem,

    /// <summary>Not a name that LINBO takes.</summary>
    BadName,

    /// <summary>There is an image of the new name.</summary>
    NameTaken,

    /// <summary>A differential image has no good base on the server.</summary>
    NoBase,

    /// <summary>Somebody uploads this image.</summary>
    IsUploading,

    /// <summary>start.conf has no cache partition.</summary>
    NoCache,

    /// <summary>The cache is large enough by start.conf.</summary>
    CacheFits,

    /// <summary>The cache is too small by start.conf for all images of the PC.</summary>
    CacheSmall,

    /// <summary>How large the cache is, or the image will be, is not known.</summary>
    CacheUnknown,

    /// <summary>The PC was asked, and its cache has room.</summary>
    CacheHasRoom,

    /// <summary>The PC was asked, and its cache has too little room.</summary>
    CacheHasNoRoom,

    /// <summary>The PC was asked for the room in its cache; how much is needed is not known.</summary>
    CacheRoomOnly,

    /// <summary>The PC was asked, and cannot mount its cache.</summary>
    CacheNotMounted,

    /// <summary>The PC could not be asked for its cache: what is said of it stands in start.conf.</summary>
    CacheNotAsked,

    /// <summary>The server has room.</summary>
    ServerFits,

    /// <summary>The server has room now; how much is needed is not known.</summary>
    ServerUnknown,

    /// <summary>The server has too little room.</summary>
    ServerFull,

    /// <summary>Other PCs use the image: they take the new version at their next sync.</summary>
    UsedByOthers,

    /// <summary>Only this PC uses it.</summary>
    UsedByNobodyElse,

    /// <summary>The group's start.conf will name the new image, for all its PCs.</summary>
    GroupChanges,
}

/// <summary>How much a finding matters.</summary>
public enum MakingWeight
{
    /// <summary>All is well.</summary>
    Good,

    /// <summary>To be read before.</summary>
    Look,

    /// <summary>There can be no image this way.</summary>
    Stop,
}

/// <summary>One finding.</summary>
/// <param name="Finding">What.</param>
/// <param name="Weight">How much it matters.</param>
/// <param name="Bytes">Bytes that are there, or PCs that use the image.</param>
/// <param name="Needed">Bytes that are needed, or groups that use the image.</param>
public sealed record MakingCheck(MakingFinding Finding, MakingWeight Weight, long Bytes = 0, long Needed = 0);
