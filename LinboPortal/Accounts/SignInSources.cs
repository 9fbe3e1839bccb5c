using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using LinboPortal.Infrastructure.Accounts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Accounts;

/// <summary>
/// Counts wrong passwords by name and address. An address that never had the right one waits longer from the fifth on; one that had it is never
/// refused for what others try, only slowed down.
/// </summary>
internal sealed class SignInSources(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    private const int Free = 5;
    private const int MostStrangers = 10_000;
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);
    private static readonly TimeSpan KnownFor = TimeSpan.FromDays(180);
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromMinutes(1);

    private long sweptAt;

    /// <summary>As a key: the address, or the network that one IPv6 customer has.</summary>
    public static string SourceOf(IPAddress? address)
    {
        if (address is null)
            return "local";
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4().ToString();
        if (address.AddressFamily is not AddressFamily.InterNetworkV6)
            return address.ToString();
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes) + "/64";
    }

    /// <summary>What is remembered; null for nothing.</summary>
    public async Task<SignInSource?> FindAsync(string userName, string source, CancellationToken ct)
    {
        var name = KeyOf(userName);
        await using var db = await databases.CreateDbContextAsync(ct);
        var found = await db.SignInSources.SingleOrDefaultAsync(s => s.Name == name && s.Source == source, ct);
        return found is { SignedInAt: null } && found.FailedAt < time.GetUtcNow() - Forgotten ? null : found;
    }

    /// <summary>How long an address has to wait that never signed in with that name; zero where it need not.</summary>
    public TimeSpan WaitOf(SignInSource? source)
    {
        if (source is not { SignedInAt: null, FailedAt: { } failed, Failures: >= Free })
            return TimeSpan.Zero;
        var pause = FirstWait * Math.Pow(2, Math.Min(source.Failures - Free, 10));
        var left = failed + (pause < LongestWait ? pause : LongestWait) - time.GetUtcNow();
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>How much an address is slowed down that signed in with that name before.</summary>
    public static TimeSpan SlownessOf(SignInSource source) => TimeSpan.FromSeconds(Math.Clamp(source.Failures - Free + 1, 0, 3));

    /// <summary>The password was wrong, or there is no such name.</summary>
    public async Task FailedAsync(string userName, string source, CancellationToken ct)
    {
        var (name, now) = (KeyOf(userName), time.GetUtcNow());
        var old = now - Forgotten;
        await using var db = await databases.CreateDbContextAsync(ct);
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO sign_in_sources (name, source, failures, failed_at) VALUES ({name}, {source}, 1, {now})
            ON CONFLICT (name, source) DO UPDATE SET failed_at = {now},
              failures = CASE WHEN sign_in_sources.failed_at < {old} THEN 1 ELSE sign_in_sources.failures + 1 END
            """,
            ct);
        await SweepAsync(db, ct);
    }

    /// <summary>The password was right.</summary>
    public async Task SignedInAsync(string userName, string source, CancellationToken ct)
    {
        var (name, now) = (KeyOf(userName), time.GetUtcNow());
        await using var db = await databases.CreateDbContextAsync(ct);
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO sign_in_sources (name, source, failures, signed_in_at) VALUES ({name}, {source}, 0, {now})
            ON CONFLICT (name, source) DO UPDATE SET signed_in_at = {now}, failures = 0, failed_at = NULL
            """,
            ct);
    }

    /// <summary>Forgets the wrong passwords of a name.</summary>
    public static Task UnlockAsync(PortalDb db, string userName, CancellationToken ct)
    {
        var name = KeyOf(userName);
        return db.SignInSources.Where(s => s.Name == name)
            .ExecuteUpdateAsync(s => s.SetProperty(r => r.Failures, 0).SetProperty(r => r.FailedAt, (DateTimeOffset?)null), ct);
    }

    private async Task SweepAsync(PortalDb db, CancellationToken ct)
    {
        if (Volatile.Read(ref sweptAt) is not 0 and var last && time.GetElapsedTime(last) < SweepPeriod)
            return;
        Volatile.Write(ref sweptAt, time.GetTimestamp());
        var (old, longAgo) = (time.GetUtcNow() - Forgotten, time.GetUtcNow() - KnownFor);
        await db.SignInSources.Where(s => s.SignedInAt == null ? s.FailedAt == null || s.FailedAt < old : s.SignedInAt < longAgo).ExecuteDeleteAsync(ct);
        // Invented names by the thousand: the oldest go first.
        await db.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM sign_in_sources WHERE (name, source) IN (
              SELECT name, source FROM sign_in_sources WHERE signed_in_at IS NULL ORDER BY failed_at DESC OFFSET {MostStrangers})
            """,
            ct);
    }

    private static string KeyOf(string userName) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(userName.Trim().ToUpperInvariant())));
}
