using LinboPortal.Core.Groups;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>The host keys that Linux and Windows on PCs showed at first contact.</summary>
public sealed class SystemKeyPins(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    /// <summary>The key that is known of a PC's system; null before the first contact.</summary>
    public async Task<ShownHostKey?> FindAsync(Guid host, PcSystem system, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.SystemKeyPins.Where(p => p.HostId == host && p.System == system).Select(p => new ShownHostKey(p.Algorithm, p.Fingerprint)).FirstOrDefaultAsync(ct);
    }

    /// <summary>Keeps the key of a first contact. A host that was deleted meanwhile has none.</summary>
    /// <returns>The key that counts: another connection may have been first.</returns>
    public async Task<ShownHostKey> KeepAsync(Guid host, PcSystem system, ShownHostKey key, CancellationToken ct)
    {
        await using (var db = await databases.CreateDbContextAsync(ct))
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO system_key_pins (host_id, system, algorithm, fingerprint, pinned_at)
                SELECT h.id, {system.ToString()}, {key.Algorithm}, {key.Fingerprint}, {time.GetUtcNow()} FROM hosts h WHERE h.id = {host}
                ON CONFLICT (host_id, system) DO NOTHING
                """,
                ct);
        }

        return await FindAsync(host, system, ct) ?? key;
    }

    /// <summary>Notes that the system showed another key than the one that is known of it.</summary>
    public async Task NoteOtherAsync(Guid host, PcSystem system, ShownHostKey key, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        await db.SystemKeyPins.Where(p => p.HostId == host && p.System == system).ExecuteUpdateAsync(
            set => set.SetProperty(p => p.OtherFingerprint, key.Fingerprint).SetProperty(p => p.OtherSeenAt, now), ct);
    }
}
