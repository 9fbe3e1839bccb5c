using System.Collections.Concurrent;
using System.Net;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>
/// Which PCs were silent, and when each is asked again: the longer it is silent, the later, up to a limit. A PC that was woken or that is seen on the
/// network is asked at once; one that boots from the portal is another's business, since its state says so.
/// </summary>
public sealed class ProbePauses
{
    private const int QuickLooks = 12;
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<Guid, SilentHost> hosts = [];

    /// <summary>PCs that are waited for.</summary>
    public int Count => hosts.Count;

    /// <summary>A magic packet was sent: it may answer within the next minutes.</summary>
    public void Wake(Guid host, DateTimeOffset now)
    {
        if (hosts.TryGetValue(host, out var silent))
            silent.Expect(-QuickLooks, now);
    }

    /// <summary>Takes the PCs that were silent when their states were last written; all others are not waited for.</summary>
    internal void Keep(IEnumerable<ProbedHost> silent, DateTimeOffset now)
    {
        var all = silent.ToDictionary(h => h.Id);
        foreach (var (id, known) in hosts)
        {
            if (!all.TryGetValue(id, out var host))
                hosts.TryRemove(id, out _);
            else if (!host.Address.Equals(known.Host.Address))
                known.Move(host, now);
            else
                known.Host = host;
        }

        foreach (var host in all.Values)
            hosts.TryAdd(host.Id, new SilentHost(host, now));
    }

    /// <summary>These addresses answer on the network.</summary>
    internal void Seen(ICollection<IPAddress> addresses, DateTimeOffset now)
    {
        if (addresses.Count == 0)
            return;
        var seen = addresses.ToHashSet();
        foreach (var host in hosts.Values.Where(h => seen.Contains(h.Host.Address) && !h.IsSeen))
        {
            host.Expect(0, now);
            host.IsSeen = true;
        }

        foreach (var host in hosts.Values.Where(h => h.IsSeen && !seen.Contains(h.Host.Address)))
            host.IsSeen = false;
    }

    /// <summary>The PCs whose turn it is, who waits longest first.</summary>
    internal List<SilentHost> Due(int most, DateTimeOffset now) => [.. hosts.Values.Where(h => h.NextAt <= now).OrderBy(h => h.NextAt).Take(most)];

    /// <summary>It was silent again.</summary>
    internal static void Silent(SilentHost host, TimeSpan first, TimeSpan longest, DateTimeOffset now)
    {
        var pause = host.Times < 0 ? Quick : first * Math.Pow(2, Math.Min(host.Times, 16));
        host.Expect(host.Times + 1, now + (pause < longest ? pause : longest));
    }

    /// <summary>It answered.</summary>
    internal void Answered(SilentHost host) => hosts.TryRemove(host.Host.Id, out _);
}

/// <summary>A PC that did not answer.</summary>
internal sealed class SilentHost(ProbedHost host, DateTimeOffset now)
{
    /// <summary>The PC as it was last read.</summary>
    public ProbedHost Host { get; set; } = host;

    /// <summary>How often in a row it was silent; below 0 while it is expected to answer soon.</summary>
    public int Times { get; private set; }

    /// <summary>When it is asked next.</summary>
    public DateTimeOffset NextAt { get; private set; } = now;

    /// <summary>True while the neighbour table has it: asked for that once, not each time.</summary>
    public bool IsSeen { get; set; }

    /// <summary>It is asked at that time.</summary>
    public void Expect(int times, DateTimeOffset at) => (Times, NextAt) = (times, at);

    /// <summary>It has another address.</summary>
    public void Move(ProbedHost moved, DateTimeOffset at)
    {
        Host = moved;
        Expect(0, at);
    }
}
