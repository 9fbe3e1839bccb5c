using System.Net;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Groups;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.StartConf;

namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>A group as the tree needs it.</summary>
internal sealed record PlannedGroup(string Name, string StartConf);

/// <summary>A host as the tree needs it.</summary>
internal sealed record PlannedHost(string Name, string Group, IPAddress? Address, IReadOnlyList<MacAddress> Macs);

/// <summary>What should be in the tree, from what is in the database (linbo.md 2.3, 6.3). Pure.</summary>
internal static class TreePlan
{
    public const string GrubFolder = "boot/grub";
    public const string HostFolder = "boot/grub/hostcfg";
    public const string GlobalGrub = "boot/grub/grub.cfg";
    public const string StartConf = "start.conf";

    /// <summary>The file that clients of a group fetch.</summary>
    public static string StartConfOf(string group) => $"{StartConf}.{group}";

    /// <summary>The group whose start.conf a path is; null for other paths.</summary>
    public static string? GroupOf(string path) =>
        path.StartsWith(StartConf + ".", StringComparison.Ordinal) && StartConfRules.IsGroupName(path[(StartConf.Length + 1)..])
            ? path[(StartConf.Length + 1)..]
            : null;

    /// <summary>All entries by path, files before the links that lead to them. Names that could leave their folder are left out.</summary>
    public static Dictionary<string, TreeEntry> Build(IEnumerable<PlannedGroup> groups, IEnumerable<PlannedHost> hosts, GrubServer server)
    {
        var entries = new Dictionary<string, TreeEntry>(StringComparer.Ordinal);
        Add(entries, new TreeEntry.File(GlobalGrub, GrubConfig.RenderGlobal(server)));
        var withText = new HashSet<string>(StringComparer.Ordinal);
        foreach (var group in groups.Where(g => StartConfRules.IsGroupName(g.Name) && !HostGroup.IsReserved(g.Name)))
        {
            withText.Add(group.Name);
            Add(entries, new TreeEntry.File(StartConfOf(group.Name), StartConfWriter.Encode(group.StartConf)));
            var grub = GrubConfig.RenderGroup(group.Name, StartConfReader.Read(group.StartConf), server);
            Add(entries, new TreeEntry.File($"{GrubFolder}/{group.Name}.cfg", grub, hasMarker: true));
        }

        // A link to a file that is not there would be refused instead of missed: groups without a text get none.
        foreach (var host in hosts.Where(h => withText.Contains(h.Group) && IsHostName(h.Name)))
            AddLinks(entries, host);
        return entries;
    }

    private static void AddLinks(Dictionary<string, TreeEntry> entries, PlannedHost host)
    {
        var startConf = StartConfOf(host.Group);
        var grub = $"../{host.Group}.cfg";
        Add(entries, new TreeEntry.Link($"{HostFolder}/{host.Name}.cfg", grub));
        // GRUB asks by MAC where DHCP told it neither a name nor a group.
        foreach (var mac in host.Macs)
            Add(entries, new TreeEntry.Link($"{HostFolder}/{mac}.cfg", grub));
        if (host.Address is { } address)
        {
            Add(entries, new TreeEntry.Link($"{StartConf}-{address}", startConf));
            return;
        }

        foreach (var mac in host.Macs)
            Add(entries, new TreeEntry.Link($"{StartConf}-{mac}", startConf));
    }

    // Two schools may use one address: the first host keeps the link.
    private static void Add(Dictionary<string, TreeEntry> entries, TreeEntry entry) => entries.TryAdd(entry.Path, entry);

    private static bool IsHostName(string name) => name is { Length: > 0 and <= HostName.MaxLength } && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
