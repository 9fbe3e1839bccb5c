using LinboPortal.Core.Boot;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Tree = LinboPortal.Infrastructure.LinboTree.LinboTree;

namespace LinboPortal.Hosts;

/// <summary>
/// The files of the orders for one boot from the network, in GRUB's spool: one with the PC's name, and a link to it for each of its network cards,
/// by which a PC finds it that DHCP gives no name.
/// </summary>
internal sealed class NetbootOrders(IDbContextFactory<PortalDb> databases, Tree tree)
{
    private const string Ending = ".netboot";

    /// <summary>GRUB looks whether there is a file by reading its first block; one of several blocks is never sent whole by that, and so never removed.</summary>
    private const int AtLeast = 4096;

    private readonly Lock gate = new();

    private string Folder => tree.PathOf("boot/grub/spool");

    /// <summary>True for names that can be a file here; an import may have taken in others.</summary>
    public static bool IsPlain(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    /// <summary>True until the PC has fetched the order.</summary>
    public bool IsThere(string host) => IsPlain(host) && File.Exists(PathOf(host));

    /// <summary>The order as it lies there; null where there is none.</summary>
    public string? Read(string host) => IsThere(host) ? File.ReadAllText(PathOf(host)) : null;

    /// <summary>Writes an order.</summary>
    public void Write(string host, string text, IEnumerable<MacAddress> macs)
    {
        lock (gate)
        {
            Directory.CreateDirectory(Folder);
            AtomicFile.Write(PathOf(host), text.PadRight(AtLeast, '\n'));
            try
            {
                Link(host, macs);
            }
            catch
            {
                Remove(host);
                throw;
            }
        }
    }

    /// <summary>Removes an order and the links to it.</summary>
    public void Remove(string host)
    {
        lock (gate)
        {
            File.Delete(PathOf(host));
            RemoveLinks();
        }
    }

    /// <summary>Gives each order the name that its PC has now, and removes those of PCs that are no more.</summary>
    public async Task FollowAsync(CancellationToken ct)
    {
        var orders = Find();
        if (orders.Count == 0)
        {
            RemoveLinks();
            return;
        }

        var ids = orders.Select(o => o.Host).OfType<Guid>().ToList();
        await using var db = await databases.CreateDbContextAsync(ct);
        var hosts = await db.Hosts.Where(h => ids.Contains(h.Id)).Select(h => new { h.Id, h.Name, Macs = h.Macs.Select(m => m.Mac).ToList() }).ToDictionaryAsync(h => h.Id, ct);
        lock (gate)
        {
            var moved = new List<(string Path, string Name)>();
            foreach (var (path, host) in orders)
            {
                // An order that names no PC is of nobody: it would hold for whoever gets the name.
                if (host is not { } id || hosts.GetValueOrDefault(id) is not { } pc || !IsPlain(pc.Name))
                    File.Delete(path);
                else if (path != PathOf(pc.Name) && File.Exists(path))
                    moved.Add((path, pc.Name));
            }

            // Two PCs may have changed names: all step aside first.
            foreach (var (path, _) in moved)
                File.Move(path, path + ".moved", overwrite: true);
            foreach (var (path, name) in moved)
                File.Move(path + ".moved", PathOf(name), overwrite: true);
            RemoveLinks();
            foreach (var pc in hosts.Values.Where(h => IsThere(h.Name)))
                Link(pc.Name, pc.Macs);
        }
    }

    private string PathOf(string host) => Path.Combine(Folder, host + Ending);

    private void Link(string host, IEnumerable<MacAddress> macs)
    {
        foreach (var mac in macs)
        {
            var link = PathOf(mac.ToString());
            File.Delete(link);
            File.CreateSymbolicLink(link, host + Ending);
        }
    }

    /// <summary>Removes the links that lead nowhere or to an order of another PC; those that are right are made anew.</summary>
    private void RemoveLinks()
    {
        foreach (var link in Files().Where(f => f.LinkTarget is { } target && !File.Exists(Path.Combine(Folder, Path.GetFileName(target)))))
            link.Delete();
    }

    private List<(string Path, Guid? Host)> Find() => [.. Files().Where(f => f.LinkTarget is null).Select(f => (f.FullName, HostOf(f.FullName)))];

    private List<FileInfo> Files() => !Directory.Exists(Folder)
        ? []
        : [.. new DirectoryInfo(Folder).EnumerateFiles("*" + Ending + "*").Where(f => f.Name.EndsWith(Ending, StringComparison.Ordinal) || f.Name.EndsWith(Ending + ".moved", StringComparison.Ordinal))];

    private static Guid? HostOf(string path)
    {
        try
        {
            var first = File.ReadLines(path).FirstOrDefault() ?? "";
            return first.StartsWith(GrubConfig.NetbootMark, StringComparison.Ordinal) && Guid.TryParse(first[GrubConfig.NetbootMark.Length..], out var id) ? id : null;
        }
        catch (FileNotFoundException)
        {
            return null; // a PC was faster
        }
    }
}
