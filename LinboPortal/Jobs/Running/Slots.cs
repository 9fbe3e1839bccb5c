using LinboPortal.Core.Jobs;

namespace LinboPortal.Jobs.Running;

/// <summary>Lets so many in at once; of those who wait, the most urgent first, then who came first.</summary>
internal sealed class Slots(int limit)
{
    private readonly Lock gate = new();
    private readonly PriorityQueue<TaskCompletionSource, (int Priority, long Number)> waiting = new();
    private int free = limit;
    private long number;

    /// <summary>Waits for a place; disposing gives it back.</summary>
    public async Task<IDisposable> TakeAsync(JobPriority priority, CancellationToken ct)
    {
        TaskCompletionSource mine;
        lock (gate)
        {
            if (free > 0)
            {
                free--;
                return new Place(this);
            }

            mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Enqueue(mine, (-(int)priority, number++));
        }

        await using (ct.Register(() => mine.TrySetCanceled(ct)))
            await mine.Task;
        return new Place(this);
    }

    private void Give()
    {
        lock (gate)
        {
            while (waiting.TryDequeue(out var next, out _))
                if (next.TrySetResult())
                    return;
            free++;
        }
    }

    private sealed class Place(Slots slots) : IDisposable
    {
        private int given;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref given, 1) == 0)
                slots.Give();
        }
    }
}
