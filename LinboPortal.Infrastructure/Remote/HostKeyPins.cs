using System.Net.Sockets;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>An SSH host key as a PC shows it.</summary>
/// <param name="Algorithm">For instance <c>ssh-ed25519</c>.</param>
/// <param name="Fingerprint">SHA-256, base64 without padding.</param>
public sealed record ShownHostKey(string Algorithm, string Fingerprint);

/// <summary>The host keys that PCs showed at first contact.</summary>
public sealed class HostKeyPins(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    /// <summary>The key that is known of a PC; null before the first contact.</summary>
    /// <exception cref="NpgsqlException">The database does not answer.</exception>
    public Task<ShownHostKey?> FindAsync(Guid host, CancellationToken ct) => AskAsync(db =>
        db.HostKeyPins.Where(p => p.HostId == host).Select(p => new ShownHostKey(p.Algorithm, p.Fingerprint)).FirstOrDefaultAsync(ct), ct);

    /// <summary>Keeps the key of a first contact. A host that was deleted meanwhile has none.</summary>
    /// <returns>The key that counts: another connection may have been first.</returns>
    public async Task<ShownHostKey> KeepAsync(Guid host, ShownHostKey key, CancellationToken ct)
    {
        await AskAsync(
            db => db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO host_key_pins (host_id, algorithm, fingerprint, pinned_at)
                SELECT h.id, {key.Algorithm}, {key.Fingerprint}, {time.GetUtcNow()} FROM hosts h WHERE h.id = {host}
                ON CONFLICT (host_id) DO NOTHING
                """,
                ct),
            ct);
        return await FindAsync(host, ct) ?? key;
    }

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
