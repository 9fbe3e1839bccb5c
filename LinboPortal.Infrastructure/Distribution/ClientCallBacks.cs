using System.Diagnostics.CodeAnalysis;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>
/// When the portal connects back to a PC for a file that the PC asked it to take: one at a time for a PC, and the same file once a minute. Who
/// has a PC's address can cause that with one request, and each costs a login there and memory here.
/// </summary>
internal sealed class ClientCallBacks(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly HashSet<Guid> busy = [];
    private readonly Dictionary<(Guid Host, string Kind), long> begun = [];

    /// <summary>Between two of the same file.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Begins one, to be disposed of at its end.</summary>
    /// <param name="host">The PC.</param>
    /// <param name="kind">The file.</param>
    /// <param name="turn">What ends it.</param>
    /// <param name="wait">How long to wait where it may not begin now.</param>
    public bool TryBegin(Guid host, string kind, [NotNullWhen(true)] out IDisposable? turn, out TimeSpan wait)
    {
        lock (gate)
        {
            foreach (var (old, _) in begun.Where(b => time.GetElapsedTime(b.Value) >= Pause).ToList())
                begun.Remove(old);
            wait = begun.TryGetValue((host, kind), out var last) ? Pause - time.GetElapsedTime(last) : TimeSpan.Zero;
            if (wait <= TimeSpan.Zero && !busy.Add(host))
                wait = TimeSpan.FromSeconds(1);
            turn = wait > TimeSpan.Zero ? null : new Turn(this, host);
            if (turn is not null)
                begun[(host, kind)] = time.GetTimestamp();
            return turn is not null;
        }
    }

    private sealed class Turn(ClientCallBacks callBacks, Guid host) : IDisposable
    {
        public void Dispose()
        {
            lock (callBacks.gate)
                callBacks.busy.Remove(host);
        }
    }
}
