using System.Collections.Concurrent;
using System.Net;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Boot;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>
/// Looks whether PCs without a fixed address are where requests say that they are: whoever answers there must show a host key that LINBO of this
/// installation has. Nothing is sent to an address before.
/// </summary>
public sealed class AddressClaims(IDbContextFactory<PortalDb> databases, SshLogin login, TimeProvider time)
{
    private const int Most = 200;
    private const int AtOnce = 8;
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan StrongLasts = TimeSpan.FromHours(12);
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<(Guid Host, IPAddress Address), long> refused = [];

    /// <summary>Looks once at all claims that are not settled.</summary>
    public async Task CheckAsync(CancellationToken ct)
    {
        foreach (var (claim, at) in refused)
        {
            if (time.GetElapsedTime(at) > AfterRefusal)
                refused.TryRemove(claim, out _);
        }

        var proven = new ConcurrentBag<ProvenAddress>();
        var claims = (await ReadAsync(ct)).Where(c => !refused.ContainsKey((c.HostId, c.Address)));
        await Parallel.ForEachAsync(claims, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (claim, stop) =>
        {
            if (await FitsAsync(claim, stop))
                proven.Add(new ProvenAddress(claim.HostId, claim.Address, AddressProof.HostKey));
        });
        if (proven.IsEmpty)
            return;
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await AddressProofs.WriteAsync(db, proven, time.GetUtcNow(), ct);
        await transaction.CommitAsync(ct);
    }

    private async Task<bool> FitsAsync(LinboAddress claim, CancellationToken ct)
    {
        try
        {
            if (await login.ShowsKnownKeyAsync(claim, ct))
                return true;
            refused[(claim.HostId, claim.Address)] = time.GetTimestamp();
            return false;
        }
        catch (LinboClientException)
        {
            return false; // nobody answers there yet
        }
    }

    private async Task<List<LinboAddress>> ReadAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var (since, old) = (now - Recent, now - StrongLasts);
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Hosts.Where(h => h.Address == null && h.BootsLinbo && h.Status!.ClaimedAddress != null && h.Status!.SeenAt > since)
            .Where(h => h.Status!.Address == null || h.Status!.Address != h.Status!.ClaimedAddress)
            .Where(h => h.Status!.AddressProof != AddressProof.Neighbour || h.Status!.AddressProvenAt < old)
            .Where(h => !db.Hosts.Any(o => o.Address == h.Status!.ClaimedAddress))
            .OrderByDescending(h => h.Status!.SeenAt).Take(Most)
            .Select(h => new LinboAddress(h.Id, h.Name, h.Status!.ClaimedAddress!, null)).ToListAsync(ct);
    }
}
