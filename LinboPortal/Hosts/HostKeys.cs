using LinboPortal.Core.Accounts;
using LinboPortal.Infrastructure.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Hosts;

/// <summary>Another SSH host key than the one of first contact, which a PC has shown.</summary>
public sealed record ChangedHostKey(string Known, string Other, DateTimeOffset? SeenAt);

/// <summary>The host keys of PCs, for people: shows a changed one, and forgets the old one where it may be trusted.</summary>
internal sealed class HostKeys(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    /// <summary>The changed key of a PC; null where it has shown one only.</summary>
    public async Task<ChangedHostKey?> FindAsync(Person person, Guid host, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Hosts.VisibleTo(person).Where(h => h.Id == host)
            .Join(db.HostKeyPins.Where(p => p.OtherFingerprint != null), h => h.Id, p => p.HostId, (_, p) => new ChangedHostKey(p.Fingerprint, p.OtherFingerprint!, p.OtherSeenAt))
            .FirstOrDefaultAsync(ct);
    }

    /// <summary>Forgets the old key: the next contact is a first one again. False where there is nothing to forget, or the person may not.</summary>
    public async Task<bool> ForgetAsync(Person person, Guid host, CancellationToken ct)
    {
        if (!person.May(Permission.HostsEdit))
            return false;
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.Hosts.VisibleTo(person).Where(h => h.Id == host).Select(h => h.Name).FirstOrDefaultAsync(ct) is not { } name)
            return false;
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await db.HostKeyPins.Where(p => p.HostId == host).ExecuteDeleteAsync(ct) == 0)
            return false;
        db.Audit(person, time.GetUtcNow(), "host.key.forget", name);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }
}
