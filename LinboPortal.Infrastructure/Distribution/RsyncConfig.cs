using LinboPortal.Infrastructure.Boot;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>rsyncd.conf, as clients of LINBO expect it (linbo.md 4). Pure text.</summary>
/// <param name="Port">TCP port.</param>
/// <param name="Timeout">Silence in seconds after which a client is given up.</param>
/// <param name="Root">The LINBO tree.</param>
/// <param name="Uploads">Where uploads are written: never the tree itself.</param>
/// <param name="SecretsFile">Password of the module <c>linbo-upload</c>.</param>
/// <param name="Hook">The script that is called before and after each transfer.</param>
/// <param name="IsRoot">True where the daemon can give up its rights.</param>
internal sealed record RsyncConfig(int Port, int Timeout, string Root, string Uploads, string SecretsFile, string Hook, bool IsRoot)
{
    /// <summary>The module that takes files from clients.</summary>
    public const string UploadModule = "linbo-upload";

    /// <summary>First word of the log lines that tell what went over the wire.</summary>
    public const string TransferWord = "linbo-transfer";

    /// <summary>
    /// What nobody gets, whatever it is asked for: as if it did not exist. The patterns hold for each part of a path, so that a closed directory
    /// closes all below it. The links <c>start.conf-ADDRESS</c> and their lists name all PCs, and no client since LINBO 4.1 asks for them. Compare <see cref="LinboTree.LinboTree.IsServable"/>; here <c>linbocmd</c> is open, and the hook guards it.
    /// </summary>
    public const string Hidden = ".* *.macct *.secrets *.bak *.BAK *.new *.tmp *.mpw /log /backup /images/tmp /start.conf-* /boot/links";

    /// <summary>Where the daemon counts its transfers.</summary>
    public string LockFile { get; init; } = Path.ChangeExtension(SecretsFile, ".lock");

    /// <summary>Where the daemon writes what it does.</summary>
    public string LogFile { get; init; } = "/dev/stdout";

    /// <summary>False hides .torrent files, so that clients take rsync at once; .hash files stay.</summary>
    public bool ServesTorrents { get; init; }

    /// <summary>
    /// True where the administrator put images on another disk by links. rsync refuses links out of a module now: 3.5 unless <c>insecure links</c> says otherwise, which
    /// older ones ignore; these, where a distribution has mended them, unless the module is chrooted, for which <c>/</c> is enough. Clients cannot make links
    /// here: they write to another module, which keeps links from working.
    /// </summary>
    public bool FollowsLinks { get; init; }

    /// <summary>Transfers of each module at once.</summary>
    public int MaxConnections { get; init; } = new RsyncOptions().MaxConnections;

    /// <summary>Networks that are served.</summary>
    public IReadOnlyList<string> Networks { get; init; } = new BootNetworks([]).Named;

    public string Render() => $"""
        # Written by LinboPortal at each start; changes are lost.
        port = {Port}
        log file = {LogFile}
        use chroot = no
        reverse lookup = no
        timeout = {Timeout}
        max verbosity = 1
        hosts allow = {string.Join(' ', Networks)}
        max connections = {MaxConnections}
        lock file = {LockFile}
        transfer logging = yes
        log format = {TransferWord} %a %b %l %f
        {(IsRoot ? "uid = nobody\ngid = nogroup" : "# not root: the workers run as the portal's own user")}

        [linbo]
        comment = LINBO: start.conf, images, updates
        path = {(FollowsLinks && IsRoot ? "//." : "")}{Root}
        read only = yes
        list = yes{(FollowsLinks ? "\n# images lie on another disk, by links of the administrator's\ninsecure links = yes" + (IsRoot ? "\nuse chroot = yes" : "") : "")}
        exclude = {Hidden}{(ServesTorrents ? "" : " *.torrent")}
        # A list of files would go past the hook, which sees the names that stand in the request.
        refuse options = files-from
        dont compress = *.qcow2 *.qdiff *.cloop *.rsync *.gz *.lz *.xz *.zst
        pre-xfer exec = {Quote(Hook)} before
        post-xfer exec = {Quote(Hook)} after

        [{UploadModule}]
        comment = LINBO: images from clients
        path = {Uploads}
        list = no
        read only = no
        write only = yes
        munge symlinks = yes
        incoming chmod = D0700,F0600
        # A file comes whole, by itself, and into a place that the hook has looked at.
        refuse options = delete inplace append append-verify backup backup-dir partial-dir temp-dir copy-dest link-dest compare-dest files-from remove-source-files write-devices mkpath
        auth users = linbo
        secrets file = {SecretsFile}
        pre-xfer exec = {Quote(Hook)} before
        post-xfer exec = {Quote(Hook)} after

        """;

    /// <summary>One word for the shell that rsync calls hooks through.</summary>
    public static string Quote(string path) => LinboPortal.Core.Remote.ShellQuote.Word(path);
}
