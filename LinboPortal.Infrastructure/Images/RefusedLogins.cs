using LinboPortal.Core.Accounts;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Images;

/// <summary>A PC whose uploads are refused for their password.</summary>
/// <param name="Host">Its name; empty for an unknown one.</param>
/// <param name="Address">Its address.</param>
/// <param name="Image">The image that it had made; empty where nobody knows.</param>
/// <param name="At">When it last tried (UTC).</param>
public sealed record RefusedLogin(string Host, string Address, string Image, DateTimeOffset At)
{
    /// <summary>Its name, or its address.</summary>
    public string Name => Host.Length > 0 ? Host : Address;
}

/// <summary>Which PCs could not upload for their password, until they can or have not tried for two weeks.</summary>
public sealed class RefusedLogins(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    private const int Most = 100;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(14);

    /// <summary>All of them, the newest first, for the portal's own checks.</summary>
    internal async Task<IReadOnlyList<RefusedLogin>> ReadAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var since = time.GetUtcNow() - Longest;
        // A later upload of that PC was let in.
        var rows = await db.ImageUploads.Where(u => u.Problem == ImageProblem.WrongPassword && u.EndedAt > since)
            .Where(u => !db.ImageUploads.Any(l => l.Address == u.Address && l.Problem != ImageProblem.WrongPassword && l.StartedAt > u.EndedAt))
            .OrderByDescending(u => u.EndedAt).Take(Most).ToListAsync(ct);
        return [.. rows.DistinctBy(u => u.Address).Select(u => new RefusedLogin(u.Host, u.Address.ToString(), u.Image, u.EndedAt ?? u.StartedAt))];
    }

    /// <summary>The one of a PC; null where there is none, or the person may not see the PC.</summary>
    public async Task<RefusedLogin?> OfHostAsync(Person person, string host, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return person.May(Permission.HostsRead) && await db.Hosts.VisibleTo(person).AnyAsync(h => h.Name == host, ct)
            ? (await ReadAsync(ct)).FirstOrDefault(l => l.Host == host) : null;
    }
}
