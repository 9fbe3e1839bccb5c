namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>What is to be done about one path.</summary>
internal enum TreeVerdict
{
    /// <summary>It is as it should be.</summary>
    Right,

    /// <summary>It is missing, or still what we last wrote.</summary>
    Write,

    /// <summary>It is ours and no longer wanted.</summary>
    Remove,

    /// <summary>Somebody changed it: leave it and show it.</summary>
    Drift,

    /// <summary>It belongs to the administrator: leave it.</summary>
    Theirs,

    /// <summary>Nothing can be written there.</summary>
    Blocked,
}

/// <summary>Holds what should be against what is, knowing what we last wrote.</summary>
internal static class TreeComparison
{
    /// <summary>Judges a path that the portal wants.</summary>
    public static TreeVerdict Judge(TreeEntry wanted, TreeOnDisk found, TreeManifest manifest) => found switch
    {
        TreeOnDisk.Missing => TreeVerdict.Write,
        TreeOnDisk.Other => TreeVerdict.Blocked,
        _ when found.Fingerprint == wanted.Fingerprint => TreeVerdict.Right,
        _ => wanted switch
        {
            TreeEntry.Link link => Judge(link, found, manifest),
            TreeEntry.File file => Judge(file, found, manifest),
            _ => throw new InvalidOperationException($"No rule for {wanted}."),
        },
    };

    /// <summary>Judges a path that is ours and that the portal no longer wants.</summary>
    public static TreeVerdict JudgeStale(string path, TreeOnDisk found, TreeManifest manifest) => found switch
    {
        TreeOnDisk.Missing => TreeVerdict.Remove,
        _ when manifest.IsOurs(path, found.Fingerprint) => TreeVerdict.Remove,
        // Changed by hand and then deleted in the portal: the text is the administrator's to keep or to remove.
        TreeOnDisk.File when !path.StartsWith(TreePlan.GrubFolder + "/", StringComparison.Ordinal) => TreeVerdict.Drift,
        _ => TreeVerdict.Theirs,
    };

    // A real file in the place of a link is a host's own configuration (linbo.md 6.3).
    private static TreeVerdict Judge(TreeEntry.Link wanted, TreeOnDisk found, TreeManifest manifest) => found switch
    {
        TreeOnDisk.Link when manifest.IsOurs(wanted.Path, found.Fingerprint) => TreeVerdict.Write,
        TreeOnDisk.Link(var target) when !manifest.Knows(wanted.Path) && IsOfImport(wanted.Path, target) => TreeVerdict.Write,
        TreeOnDisk.Link => TreeVerdict.Drift,
        _ => TreeVerdict.Theirs,
    };

    private static TreeVerdict Judge(TreeEntry.File wanted, TreeOnDisk found, TreeManifest manifest) => found switch
    {
        TreeOnDisk.File { HasMarker: false } or TreeOnDisk.Link when wanted.HasMarker => TreeVerdict.Theirs,
        TreeOnDisk.File when manifest.IsOurs(wanted.Path, found.Fingerprint) => TreeVerdict.Write,
        // Written by a linuxmuster server's import, before the portal came or after it, with its leave to overwrite.
        TreeOnDisk.File generated when wanted.HasMarker && (!manifest.Knows(wanted.Path) || !generated.IsOfPortal) => TreeVerdict.Write,
        _ => TreeVerdict.Drift,
    };

    /// <summary>Links that a linuxmuster server's import made; it makes them anew itself every time.</summary>
    private static bool IsOfImport(string path, string target) => path.StartsWith(TreePlan.HostFolder + "/", StringComparison.Ordinal)
        ? target.StartsWith("../", StringComparison.Ordinal) && target.IndexOf('/', 3) < 0
        : target.StartsWith(TreePlan.StartConf + ".", StringComparison.Ordinal) && !target.Contains('/', StringComparison.Ordinal);
}
