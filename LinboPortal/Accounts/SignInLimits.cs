using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace LinboPortal.Accounts;

/// <summary>How many sign-ins may be tried a minute, by address and by account, whether the account exists or not.</summary>
internal sealed class SignInLimits : IDisposable
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>How much a sign-in from a crowded address is slowed down.</summary>
    public static readonly TimeSpan Slowness = TimeSpan.FromSeconds(2);

    private const int SlowAtOnce = 32;
    private static readonly TimeSpan LongestQueue = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim slow = new(SlowAtOnce, SlowAtOnce);
    private readonly PartitionedRateLimiter<string> byAddress;
    private readonly PartitionedRateLimiter<string> byAccount;

    public SignInLimits(IOptions<AccountsOptions> options)
    {
        byAddress = Limit(options.Value.AttemptsPerAddress);
        byAccount = Limit(options.Value.AttemptsPerAccount);
    }

    /// <summary>Null where the attempt may go on; else how long to wait.</summary>
    public TimeSpan? Refuses(string address, string? userName)
    {
        using var source = byAddress.AttemptAcquire(address);
        if (!source.IsAcquired)
            return Wait(source);
        if (userName is null)
            return null;
        using var account = byAccount.AttemptAcquire(userName.Length > 64 ? userName[..64] : userName);
        return account.IsAcquired ? null : Wait(account);
    }

    /// <summary>True where more come from that address than one person types.</summary>
    public bool IsCrowded(string address)
    {
        using var source = byAddress.AttemptAcquire(address);
        return !source.IsAcquired;
    }

    /// <summary>Null where the attempt may go on; else how long to wait.</summary>
    public TimeSpan? RefusesAccount(string userName)
    {
        using var account = byAccount.AttemptAcquire(userName.Length > 64 ? userName[..64] : userName);
        return account.IsAcquired ? null : Wait(account);
    }

    /// <summary>Waits, in a queue that serves who came first; false where it is too long.</summary>
    public async Task<bool> SlowDownAsync(TimeSpan slowness, CancellationToken ct)
    {
        if (!await slow.WaitAsync(LongestQueue, ct))
            return false;
        try
        {
            await Task.Delay(slowness, ct);
            return true;
        }
        finally
        {
            slow.Release();
        }
    }

    public void Dispose()
    {
        slow.Dispose();
        byAddress.Dispose();
        byAccount.Dispose();
    }

    // Limiters that nobody asks any more are let go by the framework: made-up names do not fill the memory.
    private static PartitionedRateLimiter<string> Limit(int permits) => PartitionedRateLimiter.Create<string, string>(
        key => RateLimitPartition.GetFixedWindowLimiter(key, _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = Window }),
        StringComparer.OrdinalIgnoreCase);

    private static TimeSpan Wait(RateLimitLease lease) => lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : Window;
}
