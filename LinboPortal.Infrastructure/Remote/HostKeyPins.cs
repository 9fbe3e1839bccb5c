using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>An SSH host key as a PC shows it.</summary>
/// <param name="Algorithm">For instance <c>ssh-ed25519</c>.</param>
/// <param name="Fingerprint">SHA-256, base64 without padding.</param>
public sealed record ShownHostKey(string Algorithm, string Fingerprint);

/// <summary>The host keys that PCs showed at first contact.</summary>
public sealed class HostKeyPins(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    /// <summary>The key that is known of a PC; null before the first contact.</summary>
    public async Task<ShownHostKey?> FindAsync(Guid host, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.HostKeyPins.Where(p => p.HostId == host).Select(p => new ShownHostKey(p.Algorithm, p.Fingerprint)).FirstOrDefaultAsync(ct);
    }

    /// <summary>Keeps the key of a first contact. A host that was deleted meanwhile has none.</summary>
    /// <returns>The key that counts: another connection may have been first.</returns>
    public async Task<ShownHostKey> KeepAsync(Guid host, ShownHostKey key, CancellationToken ct)
    {
        await using (var db = await databases.CreateDbContextAsync(ct))
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO host_key_pins (host_id, algorithm, fingerprint, pinned_at)
                SELECT h.id, {key.Algorithm}, {key.Fingerprint}, {time.GetUtcNow()} FROM hosts h WHERE h.id = {host}
                ON CONFLICT (host_id) DO NOTHING
                """,
                ct);
        }

        return await FindAsync(host, ct) ?? key;
    }

    /// <summary>Notes that a PC showed another key than the one that is known of it.</summary>
    public async Task NoteOtherAsync(Guid host, ShownHostKey key, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        await db.HostKeyPins.Where(p => p.HostId == host).ExecuteUpdateAsync(
            set => set.SetProperty(p => p.OtherFingerprint, key.Fingerprint).SetProperty(p => p.OtherSeenAt, now), ct);
    }
}
