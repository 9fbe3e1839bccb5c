using System.Net;

namespace LinboPortal.Infrastructure.Boot;

/// <summary>
/// How many log lines strangers can cause: so many a minute for an address, and in all. What is beyond is counted, and a line at the end of the minute
/// says how much it was. Not thread-safe.
/// </summary>
/// <param name="ofAddress">Lines of one address.</param>
/// <param name="ofAll">Lines of all.</param>
/// <param name="time">The clock.</param>
internal sealed class LineLimit(int ofAddress, int ofAll, TimeProvider time)
{
    private const int MostAddresses = 4096;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Dictionary<IPAddress, int> counts = [];
    private long since = time.GetTimestamp();
    private int all;

    /// <summary>Counts one.</summary>
    /// <param name="address">Who caused it; null where that is not known.</param>
    /// <param name="leftOut">What was left out in the minute that ended with this one; null where that was nothing or the minute goes on.</param>
    /// <returns>True where the line is to be written.</returns>
    public bool Allows(IPAddress? address, out LeftOut? leftOut)
    {
        leftOut = null;
        if (time.GetElapsedTime(since) >= Minute)
        {
            leftOut = Ended();
            counts.Clear();
            (since, all) = (time.GetTimestamp(), 0);
        }

        var own = 0;
        if (address is not null && (counts.TryGetValue(address, out own) || counts.Count < MostAddresses))
            counts[address] = own + 1;
        return all++ < ofAll & own < ofAddress;
    }

    private LeftOut? Ended()
    {
        var beyond = counts.Sum(c => Math.Max(0, c.Value - ofAddress));
        var count = Math.Max(beyond, all - ofAll);
        return count > 0 && counts.MaxBy(c => c.Value) is { Key: { } most } worst ? new LeftOut(count, most, worst.Value) : null;
    }

    /// <summary>What was left out.</summary>
    /// <param name="Count">How many lines, at least.</param>
    /// <param name="Most">Who caused most lines.</param>
    /// <param name="OfMost">How many these were.</param>
    internal sealed record LeftOut(int Count, IPAddress Most, int OfMost);
}
