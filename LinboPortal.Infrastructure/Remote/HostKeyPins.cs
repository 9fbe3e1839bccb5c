using System.Net.Sockets;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>An SSH host key as a PC shows it.</summary>
/// <param name="Algorithm">For instance <c>ssh-ed25519</c>.</param>
/// <param name="Fingerprint">SHA-256, base64 without padding.</param>
public sealed record ShownHostKey(string Algorithm, string Fingerprint);

/// <summary>The host key that is kept for a PC.</summary>
/// <param name="Key">The key.</param>
/// <param name="IsFirstUse">True where nothing but the first contact speaks for it.</param>
public sealed record PinnedHostKey(ShownHostKey Key, bool IsFirstUse);

/// <summary>The host keys that are known of PCs, and those that are refused.</summary>
public sealed class HostKeyPins(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    /// <summary>The key that is known of a PC; null before the first contact.</summary>
    /// <exception cref="NpgsqlException">The database does not answer.</exception>
    public Task<PinnedHostKey?> FindAsync(Guid host, CancellationToken ct) => AskAsync(db =>
        db.HostKeyPins.Where(p => p.HostId == host).Select(p => new PinnedHostKey(new ShownHostKey(p.Algorithm, p.Fingerprint), p.IsFirstUse)).FirstOrDefaultAsync(ct), ct);

    /// <summary>The keys that administrators confirmed to be LINBO's.</summary>
    internal Task<List<ShownHostKey>> ConfirmedAsync(CancellationToken ct) => AskAsync(db => db.ConfirmedHostKeys.Select(k => new ShownHostKey(k.Algorithm, k.Fingerprint)).ToListAsync(ct), ct);

    /// <summary>Keeps the key of a first contact that nothing else speaks for. A host that was deleted meanwhile has none.</summary>
    /// <returns>The key that counts: another connection may have been first.</returns>
    public async Task<ShownHostKey> KeepAsync(Guid host, ShownHostKey key, CancellationToken ct)
    {
        await AskAsync(
            db => db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO host_key_pins (host_id, algorithm, fingerprint, pinned_at, is_first_use)
                SELECT h.id, {key.Algorithm}, {key.Fingerprint}, {time.GetUtcNow()}, true FROM hosts h WHERE h.id = {host}
                ON CONFLICT (host_id) DO NOTHING
                """,
                ct),
            ct);
        return (await FindAsync(host, ct))?.Key ?? key;
    }

    /// <summary>Keeps a key that is known to be LINBO's, whatever was kept before.</summary>
    public Task KeepKnownAsync(Guid host, ShownHostKey key, CancellationToken ct) => AskAsync(
        db => db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO host_key_pins (host_id, algorithm, fingerprint, pinned_at, is_first_use)
            SELECT h.id, {key.Algorithm}, {key.Fingerprint}, {time.GetUtcNow()}, false FROM hosts h WHERE h.id = {host}
            ON CONFLICT (host_id) DO UPDATE SET algorithm = excluded.algorithm, fingerprint = excluded.fingerprint, pinned_at = excluded.pinned_at,
                is_first_use = false, other_fingerprint = NULL, other_seen_at = NULL
            """,
            ct),
        ct);

    /// <summary>Notes that a PC, or whoever answers for it, showed a key that nobody knows.</summary>
    public Task NoteRefusedAsync(Guid host, ShownHostKey key, System.Net.IPAddress address, CancellationToken ct) => AskAsync(
        db => db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO refused_host_keys (host_id, algorithm, fingerprint, address, seen_at)
            SELECT h.id, {key.Algorithm}, {key.Fingerprint}, {address}, {time.GetUtcNow()} FROM hosts h WHERE h.id = {host}
            ON CONFLICT (host_id) DO UPDATE SET algorithm = excluded.algorithm, fingerprint = excluded.fingerprint, address = excluded.address, seen_at = excluded.seen_at
            """,
            ct),
        ct);

    /// <summary>The PC shows a key that is known: what was refused before is settled.</summary>
    public Task SettleAsync(Guid host, CancellationToken ct) => AskAsync(db => db.RefusedHostKeys.Where(k => k.HostId == host).ExecuteDeleteAsync(ct), ct);

    /// <summary>Notes that a PC showed another key than the one that is known of it.</summary>
    public Task NoteOtherAsync(Guid host, ShownHostKey key, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        return AskAsync(db => db.HostKeyPins.Where(p => p.HostId == host).ExecuteUpdateAsync(
            set => set.SetProperty(p => p.OtherFingerprint, key.Fingerprint).SetProperty(p => p.OtherSeenAt, now), ct), ct);
    }

    // A login's own failures are failures of its socket too: the database's must not be taken for a PC that does not answer.
    private async Task<T> AskAsync<T>(Func<PortalDb, Task<T>> ask, CancellationToken ct)
    {
        try
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            return await ask(db);
        }
        catch (Exception e) when (e is SocketException or IOException or TimeoutException or ObjectDisposedException)
        {
            throw new NpgsqlException("The database does not answer", e);
        }
    }
}
