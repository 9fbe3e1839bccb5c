using System.Collections.Concurrent;

namespace LinboPortal.Jobs;

/// <summary>Tells those who work on PCs in this portal that somebody wants them left alone; other portals read it from the rows.</summary>
internal sealed class RunCancellations
{
    private readonly ConcurrentDictionary<Guid, CancellationTokenSource> working = new();

    /// <summary>The runs that this portal works on.</summary>
    public ICollection<Guid> Working => working.Keys;

    /// <summary>Says that a run is worked on here until <see cref="Remove"/>.</summary>
    public CancellationToken Add(Guid run) => working.GetOrAdd(run, _ => new CancellationTokenSource()).Token;

    /// <summary>Nobody works on it here any more.</summary>
    public void Remove(Guid run)
    {
        if (working.TryRemove(run, out var source))
            source.Dispose();
    }

    /// <summary>Ends the work on these runs where it is done here.</summary>
    public void Request(IEnumerable<Guid> runs)
    {
        foreach (var run in runs)
        {
            if (!working.TryGetValue(run, out var source))
                continue;
            try
            {
                source.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It ended in this moment.
            }
        }
    }
}
