using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>
/// The directory that clients read (<c>/srv/linbo</c> on a linuxmuster server), and the one place that turns a requested name into a
/// path: nothing outside the root is ever opened for a client.
/// </summary>
public sealed class LinboTree
{
    /// <summary>Longest request that is looked at, in characters; Linux's own limit for a path is 4096 bytes.</summary>
    public const int LongestRequest = 1024;

    /// <summary>Makes a tree on three directories, which need not exist yet.</summary>
    public LinboTree(string root, string configDirectory, string logDirectory)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        Root = RealPath.TryResolve(full, out var real) == RealPathOutcome.Found ? real : full;
        ConfigDirectory = Path.GetFullPath(configDirectory);
        LogDirectory = Path.GetFullPath(logDirectory);
    }

    /// <summary>Makes the tree from the settings; what they leave empty lies below the data directory.</summary>
    public static LinboTree From(IOptions<LinboOptions> linbo, IOptions<PortalOptions> portal)
    {
        var data = Path.GetFullPath(portal.Value.DataDirectory);
        return new LinboTree(
            OrBelow(linbo.Value.Root, "linbo"), OrBelow(linbo.Value.ConfigDirectory, "linbo-config"), OrBelow(linbo.Value.LogDirectory, "linbo-log"));

        string OrBelow(string setting, string name) => setting.Length > 0 ? setting : Path.Combine(data, name);
    }

    /// <summary>Absolute path of the tree, without a trailing slash and without symbolic links.</summary>
    public string Root { get; }

    /// <summary>Absolute path of LINBO's configuration: host keys, the installation's SSH key, <c>start.conf.default</c>.</summary>
    public string ConfigDirectory { get; }

    /// <summary>Absolute path of the clients' logs.</summary>
    public string LogDirectory { get; }

    /// <summary>
    /// True while a tracker and a seeder run, from <c>Distribution:Torrent:TrackerRuns</c>: the one place that says so. Without them .torrent files are
    /// hidden from every client: LINBO would load them and wait for peers for ever, while it takes rsync at once where there is none.
    /// </summary>
    public bool ServesTorrents { get; set; }

    /// <summary>Absolute path of a file of ours; for names that we make, never for names that a client sent.</summary>
    public string PathOf(string relativePath) => Path.Combine(Root, relativePath);

    /// <summary>
    /// Turns a name that a client sent into a path inside the root. Leading slashes mean the root. Names that DHCP servers hand out by habit
    /// (<c>boot/grub/grub.efi</c>, <c>pxelinux.0</c>) lead to our boot files unless the administrator has put a file there.
    /// </summary>
    /// <param name="requestedPath">As the client sent it.</param>
    /// <param name="fullPath">The path with all links resolved; it need not exist.</param>
    /// <returns>False where the name would leave the root (<c>..</c>, NUL, a link to the outside), is too long or a loop of links.</returns>
    public bool TryResolve(string requestedPath, out string fullPath)
    {
        fullPath = "";
        if (!TryNormalize(requestedPath, out var relative))
            return false;
        switch (Locate(relative, out fullPath))
        {
            case RealPathOutcome.Found:
                return true;
            case RealPathOutcome.Missing when BootFileNames.TryGetOurs(relative, out var ours):
                return Locate(ours, out fullPath) != RealPathOutcome.Refused;
            case RealPathOutcome.Missing:
                return true;
            default:
                return false;
        }
    }

    /// <summary>
    /// As <see cref="TryResolve"/>, and true only for what anybody may read: TFTP and HTTP serve through this method alone. Both the name asked
    /// for and the file that it leads to must be servable.
    /// </summary>
    public bool TryResolveServable(string requestedPath, out string fullPath)
    {
        if (TryNormalize(requestedPath, out var relative) && MayServe(relative) && TryResolve(requestedPath, out fullPath)
            && MayServe(Logical(relative, fullPath)))
            return true;
        fullPath = "";
        return false;
    }

    /// <summary>As <see cref="TryResolveServable"/>, and opens the file. The usual one, to which no link leads, costs two calls of the kernel.</summary>
    /// <param name="requestedPath">As the client sent it.</param>
    /// <param name="file">The file; null where there is none that can be read.</param>
    /// <returns>False where the name is refused.</returns>
    internal bool TryOpenServable(string requestedPath, out TreeFile? file)
    {
        file = null;
        if (!TryNormalize(requestedPath, out var relative) || !MayServe(relative))
            return false;
        file = TreeFile.TryOpen(Root + "/" + relative);
        if (file is not null)
            return true;
        if (!TryResolveServable(requestedPath, out var real))
            return false;
        file = TreeFile.TryOpen(real);
        return true;
    }

    /// <summary>
    /// True for the anonymous part of the tree. Not in it: machine account passwords, hidden files (rsync's partial uploads are hidden), backups of
    /// running uploads, and the directories whose files are for one host only (<c>linbocmd</c> can hold the upload password).
    /// </summary>
    /// <param name="relativePath">Path below the root with single slashes and no <c>..</c>.</param>
    public static bool IsServable(string relativePath)
    {
        var segments = relativePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments.Length == 0 || Array.Exists(segments, s => s[0] == '.'))
            return false;
        if (segments.Length > 1 && segments[0].ToLowerInvariant() is "linbocmd" or "log" or "tmp" or "backup")
            return false;
        if (segments.Length > 2 && Is(segments[0], "boot") && Is(segments[1], "links"))
            return false; // lists of all PCs
        if (segments.Length > 2 && Is(segments[0], "images") && Is(segments[1], "tmp"))
            return false;
        return !Array.Exists(SecretEndings, ending => segments[^1].EndsWith(ending, StringComparison.OrdinalIgnoreCase));

        static bool Is(string segment, string word) => segment.Equals(word, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The path below the root of a file inside it.</summary>
    public string Relative(string fullPath) => fullPath.Length > Root.Length ? fullPath[(Root.Length + 1)..] : "";

    private bool MayServe(string relative) => IsServable(relative) && (ServesTorrents || !relative.EndsWith(".torrent", StringComparison.OrdinalIgnoreCase));

    private static readonly string[] SecretEndings = [".macct", ".secrets", ".bak", ".new", ".tmp", ".mpw"];

    private static bool TryNormalize(string requestedPath, out string relative)
    {
        relative = "";
        if (requestedPath.Length > LongestRequest || requestedPath.AsSpan().IndexOfAnyInRange('\0', '\x1f') >= 0)
            return false;
        var segments = requestedPath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (Array.Exists(segments, s => s is ".."))
            return false;
        relative = string.Join('/', segments.Where(s => s is not "."));
        return true;
    }

    private RealPathOutcome Locate(string relative, out string fullPath)
    {
        fullPath = relative.Length == 0 ? Root : Root + "/" + relative;
        var outcome = RealPath.TryResolve(fullPath, out var real);
        if (outcome == RealPathOutcome.Found)
        {
            fullPath = real;
            return IsInside(real) || ImageLinks.On(Root, relative, real) is not null ? outcome : RealPathOutcome.Refused;
        }

        // A missing file may still be asked for through a link that leaves the root: its nearest existing parent tells.
        for (var parent = fullPath; outcome == RealPathOutcome.Missing && parent.Length > Root.Length;)
        {
            if (new FileInfo(parent).LinkTarget is not null)
                return RealPathOutcome.Refused;
            parent = parent[..parent.LastIndexOf('/')];
            var found = RealPath.TryResolve(parent, out real);
            if (found == RealPathOutcome.Found)
                return IsInside(real) || ImageLinks.On(Root, Relative(parent), real) is not null ? outcome : RealPathOutcome.Refused;
            if (found == RealPathOutcome.Refused)
                return found;
        }

        return outcome;
    }

    /// <summary>The name in the tree of what a name leads to, also on another disk: secrets are known by it.</summary>
    private string Logical(string relative, string real)
    {
        if (IsInside(real) || ImageLinks.On(Root, relative, real) is not { } link)
            return Relative(real);
        // A link that is a file may be called otherwise than what it leads to.
        return real == link.Target ? link.Place[..(link.Place.LastIndexOf('/') + 1)] + Path.GetFileName(real) : link.Place + real[link.Target.TrimEnd('/').Length..];
    }

    private bool IsInside(string real) =>
        real.StartsWith(Root, StringComparison.Ordinal) && (real.Length == Root.Length || real[Root.Length] == '/');
}
