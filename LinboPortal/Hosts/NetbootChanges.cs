using LinboPortal.Core.Accounts;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Events;
using LinboPortal.Core.StartConf;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Tree = LinboPortal.Infrastructure.LinboTree.LinboTree;

namespace LinboPortal.Hosts;

/// <summary>What asking for a boot from the network led to.</summary>
internal enum NetbootOutcome
{
    Done,
    NotThere,
    Forbidden,

    /// <summary>A printer, a server: it does not boot LINBO.</summary>
    NotAPc,
}

/// <summary>Lets a PC take LINBO from the network at its next boot, whatever its cache holds: the way out where what the cache holds does not start.</summary>
internal sealed class NetbootChanges(IDbContextFactory<PortalDb> databases, HostList hosts, Tree tree, GrubServer server, PortalEvents events, TimeProvider time)
{
    /// <summary>GRUB looks whether there is a file by reading its first block; one of several blocks is never sent whole by that, and so never removed.</summary>
    private const int AtLeast = 4096;

    /// <summary>True until the PC has fetched the order.</summary>
    public bool IsWaiting(string host) => IsPlain(host) && File.Exists(PathOf(host));

    /// <summary>Orders it; a second time changes nothing.</summary>
    public async Task<NetbootOutcome> OrderAsync(Person person, string idOrName, CancellationToken ct)
    {
        if (!person.May(Permission.JobsRun))
            return NetbootOutcome.Forbidden;
        if (await hosts.FindAsync(person, idOrName, ct) is not { } host)
            return NetbootOutcome.NotThere;
        if (!host.BootsLinbo || !IsPlain(host.Name))
            return NetbootOutcome.NotAPc;
        await using var db = await databases.CreateDbContextAsync(ct);
        var text = await db.Hosts.Where(h => h.Id == host.Id).Select(h => h.Group!.StartConf).FirstOrDefaultAsync(ct);
        db.Audit(person, time.GetUtcNow(), "host.netboot", host.Name);
        await db.SaveChangesAsync(ct);
        var path = PathOf(host.Name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, GrubConfig.RenderNetboot(text is null ? null : StartConfReader.Read(text), server).PadRight(AtLeast, '\n'));
        events.Publish(new PortalEvent.HostUpdated(host.Id, host.Name, host.RoomId));
        return NetbootOutcome.Done;
    }

    /// <summary>Takes it back.</summary>
    public async Task<NetbootOutcome> TakeBackAsync(Person person, string idOrName, CancellationToken ct)
    {
        if (!person.May(Permission.JobsRun))
            return NetbootOutcome.Forbidden;
        if (await hosts.FindAsync(person, idOrName, ct) is not { } host || !IsWaiting(host.Name))
            return NetbootOutcome.NotThere;
        File.Delete(PathOf(host.Name));
        await using var db = await databases.CreateDbContextAsync(ct);
        db.Audit(person, time.GetUtcNow(), "host.netboot.cancel", host.Name);
        await db.SaveChangesAsync(ct);
        events.Publish(new PortalEvent.HostUpdated(host.Id, host.Name, host.RoomId));
        return NetbootOutcome.Done;
    }

    // A name that an import took in otherwise is no file of ours.
    private static bool IsPlain(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    private string PathOf(string host) => tree.PathOf($"boot/grub/spool/{host}.netboot");
}
