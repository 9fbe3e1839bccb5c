using LinboPortal.Core.Accounts;
using LinboPortal.Infrastructure.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Hosts;

/// <summary>Another SSH host key than the one of first contact, which a PC has shown.</summary>
public sealed record ChangedHostKey(string Known, string Other, DateTimeOffset? SeenAt);

/// <summary>A PC that has shown another host key.</summary>
public sealed record PcWithChangedKey(Guid Id, string Name);

/// <summary>The host key of a PC.</summary>
/// <param name="Fingerprint">As <c>ssh-keygen -l</c> writes it.</param>
/// <param name="PinnedAt">When it was first seen.</param>
/// <param name="SharedBy">How many other PCs have the same.</param>
public sealed record KnownHostKey(string Fingerprint, DateTimeOffset PinnedAt, int SharedBy);

/// <summary>The host keys of PCs, for people: shows a changed one, and forgets the old one where it may be trusted.</summary>
internal sealed class HostKeys(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    /// <summary>The changed key of a PC; null where it has shown one only.</summary>
    public async Task<ChangedHostKey?> FindAsync(Person person, Guid host, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Hosts.VisibleTo(person).Where(h => h.Id == host)
            .Join(db.HostKeyPins.Where(p => p.OtherFingerprint != null), h => h.Id, p => p.HostId, (_, p) => new ChangedHostKey(p.Fingerprint, p.OtherFingerprint!, p.OtherSeenAt))
            .FirstOrDefaultAsync(ct)
            ?? await db.Hosts.VisibleTo(person).Where(h => h.Id == host)
                .Join(db.SystemKeyPins.Where(p => p.OtherFingerprint != null), h => h.Id, p => p.HostId, (_, p) => new ChangedHostKey(p.Fingerprint, p.OtherFingerprint!, p.OtherSeenAt))
                .FirstOrDefaultAsync(ct);
    }

    /// <summary>The key that is known of a PC; null before the first contact.</summary>
    public async Task<KnownHostKey?> KnownAsync(Person person, Guid host, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Hosts.VisibleTo(person).Where(h => h.Id == host)
            .Join(db.HostKeyPins, h => h.Id, p => p.HostId, (_, p) => new KnownHostKey(p.Fingerprint, p.PinnedAt, db.HostKeyPins.Count(o => o.HostId != host && o.Fingerprint == p.Fingerprint)))
            .FirstOrDefaultAsync(ct);
    }

    /// <summary>The PCs that have shown another key, by name.</summary>
    /// <param name="person">Who asks.</param>
    /// <param name="hosts">Of these only; null for all that the person sees.</param>
    /// <param name="ct">Ends the asking.</param>
    public async Task<IReadOnlyList<PcWithChangedKey>> ChangedAsync(Person person, IReadOnlyCollection<Guid>? hosts, CancellationToken ct)
    {
        if (hosts is { Count: 0 })
            return [];
        await using var db = await databases.CreateDbContextAsync(ct);
        var meant = Changed(db, db.Hosts.VisibleTo(person));
        if (hosts is not null)
            meant = meant.Where(h => hosts.Contains(h.Id));
        return await meant.OrderBy(h => h.Name).Select(h => new PcWithChangedKey(h.Id, h.Name)).ToListAsync(ct);
    }

    /// <summary>
    /// Forgets the old keys of those PCs that have shown another one: the next contact is a first one again. Those that have not are left alone,
    /// and nothing is done where the person may not.
    /// </summary>
    /// <returns>The names of those that it was done for.</returns>
    public async Task<IReadOnlyList<string>> ForgetAsync(Person person, IReadOnlyCollection<Guid> hosts, CancellationToken ct)
    {
        if (!person.May(Permission.HostsEdit))
            return [];
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var meant = await Changed(db, db.Hosts.VisibleTo(person).Where(h => hosts.Contains(h.Id)))
            .OrderBy(h => h.Name).Select(h => new PcWithChangedKey(h.Id, h.Name)).ToListAsync(ct);
        var ids = meant.ConvertAll(m => m.Id);
        await db.HostKeyPins.Where(p => ids.Contains(p.HostId) && p.OtherFingerprint != null).ExecuteDeleteAsync(ct);
        await db.SystemKeyPins.Where(p => ids.Contains(p.HostId) && p.OtherFingerprint != null).ExecuteDeleteAsync(ct);
        foreach (var pc in meant)
            db.Audit(person, time.GetUtcNow(), AuditActions.HostKeyForget, pc.Name);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return meant.ConvertAll(m => m.Name);
    }

    // LINBO's key, or that of Linux or Windows.
    private static IQueryable<Host> Changed(PortalDb db, IQueryable<Host> hosts) => hosts.Where(h =>
        db.HostKeyPins.Any(p => p.HostId == h.Id && p.OtherFingerprint != null) || db.SystemKeyPins.Any(p => p.HostId == h.Id && p.OtherFingerprint != null));
}
