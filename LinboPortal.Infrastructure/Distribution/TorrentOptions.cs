using System.ComponentModel.DataAnnotations;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>Settings of BitTorrent.</summary>
public sealed class TorrentOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Distribution:Torrent";

    /// <summary>TCP port of the tracker on the server, as torrents name it.</summary>
    [Range(1, 65535, ErrorMessage = "Distribution:Torrent:TrackerPort must lie between 1 and 65535.")]
    public int TrackerPort { get; set; } = 6969;

    /// <summary>
    /// True where a tracker and a seeder run on this server, for instance <c>opentracker</c> and <c>linbo-torrent</c>. Only then .torrent files are handed out.
    /// </summary>
    public bool TrackerRuns { get; set; }
}
