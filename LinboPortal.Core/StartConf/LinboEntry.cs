namespace LinboPortal.Core.StartConf;

/// <summary>The [LINBO] section: what holds for the whole group.</summary>
public sealed record LinboEntry(StartConfSection Section)
{
    /// <summary>The group's name.</summary>
    public string Group => Section.Value("Group");

    /// <summary>Cache partition (<c>/dev/sda3</c>), or an NFS (<c>host:/path</c>) or CIFS (<c>//host/share</c>) share; empty = no cache.</summary>
    public string Cache => Section.Value("Cache");

    /// <summary>True where the cache is a share on the network instead of a partition.</summary>
    public bool HasNetworkCache => Cache.StartsWith("//", StringComparison.Ordinal) || Cache.Contains(":/", StringComparison.Ordinal);

    /// <summary>Kernel parameters, separated by blanks.</summary>
    public string KernelOptions => Section.Value("KernelOptions");

    /// <summary><c>torrent</c>, <c>multicast</c>, <c>rsync</c>; clients take anything else for rsync.</summary>
    public string DownloadType => Section.Value("DownloadType");
}
