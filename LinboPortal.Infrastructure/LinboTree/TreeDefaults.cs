namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>
/// Files that are made once and are then the administrator's: the start.conf of PCs without a group, which clients take for "not set up" where it has
/// no [OS], and two that clients ask for at each update. LINBO up to 4.3 ends its seeding where <c>torrent-client.conf</c> is missing.
/// </summary>
internal static class TreeDefaults
{
    private const string Name = "start.conf.default";
    private const string Unconfigured = "# This PC has no group yet. Take it in on the portal's page New PCs.\n";

    // Clients read the first one as shell text.
    private static readonly (string Name, string Text)[] AskedFor =
    [
        ("torrent-client.conf", "# Settings of LINBO's BitTorrent client up to 4.3, as KEY=value. Empty: its own defaults.\n"),
        ("multicast.list", ""),
    ];

    public static void Ensure(LinboTree tree)
    {
        foreach (var (name, text) in AskedFor.Where(f => TreeOnDisk.At(tree.PathOf(f.Name)) is TreeOnDisk.Missing))
            AtomicFile.Write(tree.PathOf(name), text);
        var standard = tree.PathOf(Name);
        if (TreeOnDisk.At(standard) is TreeOnDisk.Missing)
        {
            var own = Path.Combine(tree.ConfigDirectory, Name);
            AtomicFile.Write(standard, File.Exists(own) ? File.ReadAllText(own) : Unconfigured);
        }

        if (TreeOnDisk.At(tree.PathOf(TreePlan.StartConf)) is TreeOnDisk.Missing)
            AtomicFile.Link(tree.PathOf(TreePlan.StartConf), Name);
    }
}
