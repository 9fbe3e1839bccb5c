using System.Net;
using LinboPortal.Core.Jobs;

namespace LinboPortal.Jobs.Running;

/// <summary>A download as the server sees it.</summary>
internal sealed record ServedBytes(long Position, long Size);

/// <summary>Tells how far image commands are that print nothing: clients are silent while rsync runs, but the server knows what it has sent.</summary>
internal sealed partial class TransferWatch(RunTools tools, RunWriter writer, TimeProvider time, ILogger<TransferWatch> log)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private readonly Dictionary<RunSheet, Follower> followers = [];
    private bool isLooking;

    /// <summary>Fills in percent, speed and rest of a run until it is disposed.</summary>
    /// <param name="sheet">The run.</param>
    /// <param name="address">The PC.</param>
    /// <param name="isSilent">False while the PC itself tells how far it is.</param>
    public IDisposable Follow(RunSheet sheet, IPAddress address, Func<bool> isSilent)
    {
        lock (gate)
        {
            followers[sheet] = new Follower(address, isSilent, () => Remove(sheet));
            if (!isLooking)
            {
                isLooking = true;
                _ = LookAsync();
            }

            return followers[sheet];
        }
    }

    private void Remove(RunSheet sheet)
    {
        lock (gate)
            followers.Remove(sheet);
    }

    private async Task LookAsync()
    {
        using var timer = new PeriodicTimer(Period, time);
        var isFailing = false;
        while (await timer.WaitForNextTickAsync())
        {
            KeyValuePair<RunSheet, Follower>[] all;
            lock (gate)
            {
                all = [.. followers];
                isLooking = all.Length > 0;
                if (!isLooking)
                    return;
            }

            try
            {
                Tell(all, tools.Downloads());
                isFailing = false;
            }
            catch (Exception e)
            {
                // The next look may do better; one that failed must not be the last.
                if (!isFailing)
                    LogFailed(e);
                isFailing = true;
            }
        }
    }

    private void Tell(KeyValuePair<RunSheet, Follower>[] all, IReadOnlyDictionary<IPAddress, ServedBytes> served)
    {
        foreach (var (sheet, follower) in all)
            if (served.TryGetValue(follower.Address, out var now) && follower.IsSilent())
                Tell(sheet, follower, now);
    }

    private void Tell(RunSheet sheet, Follower follower, ServedBytes now)
    {
        var speed = follower.Pass(now.Position, time);
        sheet.Change(r =>
        {
            if (r.State != RunState.Running || now.Size <= 0)
                return;
            r.Percent = Math.Clamp(now.Position * 100.0 / now.Size, 0, 100);
            r.Speed = speed;
            r.Left = speed > 0 ? TimeSpan.FromSeconds(Math.Round((double)(now.Size - now.Position) / speed.Value)) : null;
        });
        writer.SendLater(sheet);
    }

    [LoggerMessage(LogLevel.Warning, "What the server sends to PCs cannot be told")]
    private partial void LogFailed(Exception exception);

    private sealed class Follower(IPAddress address, Func<bool> isSilent, Action remove) : IDisposable
    {
        private (long Position, long At)? last;

        public IPAddress Address => address;

        public Func<bool> IsSilent => isSilent;

        /// <summary>Bytes a second since the look before; null at the first and where another file has begun.</summary>
        public long? Pass(long position, TimeProvider time)
        {
            var (before, now) = (last, time.GetTimestamp());
            last = (position, now);
            return before is var (old, at) && position >= old && time.GetElapsedTime(at, now).TotalSeconds is > 0 and var seconds ? (long)((position - old) / seconds) : null;
        }

        public void Dispose() => remove();
    }
}
