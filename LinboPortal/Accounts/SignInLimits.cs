using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace LinboPortal.Accounts;

/// <summary>How many sign-ins may be tried a minute, by address and by account, whether the account exists or not.</summary>
internal sealed class SignInLimits : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

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

    public void Dispose()
    {
        byAddress.Dispose();
        byAccount.Dispose();
    }

    // Limiters that nobody asks any more are let go by the framework: made-up names do not fill the memory.
    private static PartitionedRateLimiter<string> Limit(int permits) => PartitionedRateLimiter.Create<string, string>(
        key => RateLimitPartition.GetFixedWindowLimiter(key, _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = Window }),
        StringComparer.OrdinalIgnoreCase);

    private static TimeSpan Wait(RateLimitLease lease) => lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : Window;
}
