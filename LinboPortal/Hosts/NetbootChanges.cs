using LinboPortal.Core.Accounts;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Events;
using LinboPortal.Core.StartConf;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

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
internal sealed class NetbootChanges(IDbContextFactory<PortalDb> databases, HostList hosts, NetbootOrders orders, GrubServer server, PortalEvents events, TimeProvider time)
{
    /// <summary>True until the PC has fetched the order.</summary>
    public bool IsWaiting(string host) => orders.IsThere(host);

    /// <summary>Orders it; a second time changes nothing.</summary>
    public async Task<NetbootOutcome> OrderAsync(Person person, string idOrName, CancellationToken ct)
    {
        if (!person.May(Permission.JobsRun))
            return NetbootOutcome.Forbidden;
        if (await hosts.FindAsync(person, idOrName, ct) is not { } host)
            return NetbootOutcome.NotThere;
        if (!host.BootsLinbo || !NetbootOrders.IsPlain(host.Name))
            return NetbootOutcome.NotAPc;
        await using var db = await databases.CreateDbContextAsync(ct);
        var text = await db.Hosts.Where(h => h.Id == host.Id).Select(h => h.Group!.StartConf).FirstOrDefaultAsync(ct);
        var former = orders.Read(host.Name);
        orders.Write(host.Name, GrubConfig.RenderNetboot(text is null ? null : StartConfReader.Read(text), server, host.Id), host.Macs);
        try
        {
            db.Audit(person, time.GetUtcNow(), AuditActions.HostNetboot, host.Name);
            await db.SaveChangesAsync(ct);
        }
        catch
        {
            // What is not in the audit trail was not ordered.
            if (former is null)
                orders.Remove(host.Name);
            throw;
        }

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
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        db.Audit(person, time.GetUtcNow(), AuditActions.HostNetbootCancel, host.Name);
        await db.SaveChangesAsync(ct);
        if (orders.Read(host.Name) is not { } text)
            return NetbootOutcome.NotThere; // the PC was faster
        orders.Remove(host.Name);
        try
        {
            await transaction.CommitAsync(ct);
        }
        catch
        {
            orders.Write(host.Name, text, host.Macs);
            throw;
        }

        events.Publish(new PortalEvent.HostUpdated(host.Id, host.Name, host.RoomId));
        return NetbootOutcome.Done;
    }
}
