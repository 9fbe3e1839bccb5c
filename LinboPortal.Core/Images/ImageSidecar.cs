namespace LinboPortal.Core.Images;

/// <summary>A kind of small file that lies beside an image (linbo.md 7). The list is closed.</summary>
public sealed class ImageSidecar
{
    private ImageSidecar(string ending, bool isOfFile, bool isOfName)
    {
        (Ending, IsOfFile, IsOfName) = (ending, isOfFile, isOfName);
    }

    /// <summary>When, from what and how large; clients compare it to find out whether to load the image again.</summary>
    public static ImageSidecar Info { get; } = new("info", isOfFile: true, isOfName: false);

    /// <summary>What people wrote about it, newest line first.</summary>
    public static ImageSidecar Desc { get; } = new("desc", isOfFile: true, isOfName: false);

    /// <summary>For BitTorrent.</summary>
    public static ImageSidecar Torrent { get; } = new("torrent", isOfFile: true, isOfName: false);

    /// <summary>The torrent's info hash, 40 hexadecimal digits (7.4).</summary>
    public static ImageSidecar Hash { get; } = new("hash", isOfFile: true, isOfName: false);

    /// <summary>Machine account password of the PC that the image was made of: a secret. Named by the image alone by old servers, and then it is of the qcow2.</summary>
    public static ImageSidecar MachineAccount { get; } = new("macct", isOfFile: true, isOfName: true);

    /// <summary>Settings of virtual desktops.</summary>
    public static ImageSidecar Vdi { get; } = new("vdi", isOfFile: true, isOfName: false);

    /// <summary>MD5 sum.</summary>
    public static ImageSidecar Md5 { get; } = new("md5", isOfFile: true, isOfName: false);

    /// <summary>Registry patch for Windows.</summary>
    public static ImageSidecar Registry { get; } = new("reg", isOfFile: true, isOfName: true);

    /// <summary>Script that the client runs after a sync.</summary>
    public static ImageSidecar Postsync { get; } = new("postsync", isOfFile: true, isOfName: true);

    /// <summary>Script that the client runs before the operating system starts.</summary>
    public static ImageSidecar Prestart { get; } = new("prestart", isOfFile: false, isOfName: true);

    /// <summary>Generated call of the driver profiles.</summary>
    public static ImageSidecar DriverPostsync { get; } = new("driverpostsync", isOfFile: true, isOfName: true);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ImageSidecar> All { get; } =
        [Info, Desc, Torrent, Hash, MachineAccount, Vdi, Md5, Registry, Postsync, Prestart, DriverPostsync];

    /// <summary>The ending without a dot.</summary>
    public string Ending { get; }

    /// <summary>True where it is named <c>win10.qcow2.info</c>: by the image's file.</summary>
    public bool IsOfFile { get; }

    /// <summary>True where it is (or may be too) named <c>win10.postsync</c>: by the image's name.</summary>
    public bool IsOfName { get; }

    /// <summary>
    /// True where it tells of one content of the image and is wrong for another one. The others (patches and scripts) are work of the
    /// administrator's that stays when the image is replaced.
    /// </summary>
    public bool IsOfContent => this == MachineAccount || (!IsOfName && this != Vdi);

    /// <summary>True where clients send it with an image.</summary>
    public bool IsSentByClients => this == Info || this == Desc || this == Hash || this == Torrent;

    /// <summary>The sidecar with that ending (without its dot); null where there is none.</summary>
    public static ImageSidecar? Find(ReadOnlySpan<char> ending)
    {
        foreach (var sidecar in All)
        {
            if (ending.SequenceEqual(sidecar.Ending))
                return sidecar;
        }

        return null;
    }

    /// <inheritdoc/>
    public override string ToString() => Ending;
}
