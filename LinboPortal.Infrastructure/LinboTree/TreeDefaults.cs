namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>The start.conf of PCs without a group, made once and then the administrator's. Clients take a file without [OS] for "not set up" (linbo.md 3.1).</summary>
internal static class TreeDefaults
{
    private const string Name = "start.conf.default";
    private const string Unconfigured = "# This PC has no group yet. Take it in on the portal's page New PCs.\n";

    public static void Ensure(LinboTree tree)
    {
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
