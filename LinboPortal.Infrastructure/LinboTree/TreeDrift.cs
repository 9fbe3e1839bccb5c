namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>Why a file of the tree is not what the portal wants there.</summary>
public enum TreeDriftKind
{
    /// <summary>Somebody changed the file after the portal wrote it.</summary>
    Changed,

    /// <summary>The file was there before the portal knew of it, with another text.</summary>
    Foreign,

    /// <summary>A link leads somewhere else, or stands where a file should be.</summary>
    Link,

    /// <summary>The group is gone, and its file was changed before.</summary>
    Leftover,
}

/// <summary>A file that somebody changed by hand: shown, never overwritten silently.</summary>
/// <param name="Path">Below the root of the tree.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Group">The group whose start.conf it is; null for other files.</param>
/// <param name="Found">Fingerprint of what stands there; whoever replaces it says which content was seen.</param>
public sealed record TreeDrift(string Path, TreeDriftKind Kind, string? Group, string Found)
{
    /// <summary>True where the text can become a revision of the group's start.conf.</summary>
    public bool CanTakeIn => Group is not null && Kind is TreeDriftKind.Changed or TreeDriftKind.Foreign;

    internal static TreeDrift Of(string path, TreeEntry? wanted, TreeOnDisk found, TreeManifest manifest)
    {
        var kind = wanted is null ? TreeDriftKind.Leftover
            : found is TreeOnDisk.Link || wanted is TreeEntry.Link ? TreeDriftKind.Link
            : manifest.Knows(path) ? TreeDriftKind.Changed : TreeDriftKind.Foreign;
        return new TreeDrift(path, kind, TreePlan.GroupOf(path), found.Fingerprint);
    }
}

/// <summary>Both texts of a file that drifted.</summary>
/// <param name="Drift">Which file.</param>
/// <param name="Wanted">What the portal wants there; null where it wants nothing.</param>
/// <param name="Found">What stands there; null where it is no UTF-8 text.</param>
public sealed record TreeDriftTexts(TreeDrift Drift, string? Wanted, string? Found);
