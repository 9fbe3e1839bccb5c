using LinboPortal.Api;
using Npgsql;

namespace LinboPortal.Jobs.Running;

/// <summary>
/// Writes runs into the database, many at once: whoever needs to know that a row is written waits for the batch that is next, progress waits half a
/// second for company. Only rows that this portal has the lease of are written. What is written is told.
/// </summary>
internal sealed partial class RunWriter(NpgsqlDataSource source, PortalIdentity portal, KeptLog kept, TimeProvider time, ILogger<RunWriter> log)
{
    private const int Batch = 500;
    private static readonly TimeSpan Company = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly HashSet<RunSheet> waiting = [];
    private TaskCompletionSource hurry = New();
    private bool isPumping;
    private long awayAt;

    /// <summary>When the database last did not take what was to be written.</summary>
    public DateTimeOffset AwayAt => new(Interlocked.Read(ref awayAt), TimeSpan.Zero);

    /// <summary>Bytes kept of a command's output at its beginning, and at its end.</summary>
    public long Kept => kept.Bytes;

    /// <summary>Writes the sheet with the next batch.</summary>
    /// <returns>False where the run is another portal's by now: leave it alone.</returns>
    public Task<bool> WriteAsync(RunSheet sheet)
    {
        var written = sheet.Written();
        Add(sheet, isUrgent: true);
        return written;
    }

    /// <summary>Writes the sheet at once, without anybody waiting for it.</summary>
    public void Send(RunSheet sheet) => Add(sheet, isUrgent: true);

    /// <summary>Writes the sheet within half a second.</summary>
    public void SendLater(RunSheet sheet) => Add(sheet, isUrgent: false);

    private void Add(RunSheet sheet, bool isUrgent)
    {
        lock (gate)
        {
            waiting.Add(sheet);
            if (isUrgent)
                hurry.TrySetResult();
            if (isPumping)
                return;
            isPumping = true;
        }

        _ = PumpAsync();
    }

    private async Task PumpAsync()
    {
        await Task.Yield();
        while (true)
        {
            Task urgent;
            lock (gate)
                urgent = hurry.Task;
            await Task.WhenAny(urgent, Task.Delay(Company, time));
            List<RunSheet> next;
            lock (gate)
            {
                hurry = New();
                next = [.. waiting.Take(Batch)];
                waiting.ExceptWith(next);
                if (waiting.Count > 0)
                    hurry.TrySetResult();
                if (next.Count == 0)
                {
                    isPumping = false;
                    return;
                }
            }

            await WriteAsync(next.ConvertAll(s => s.Take()));
        }
    }

    private async Task WriteAsync(List<SheetCopy> copies)
    {
        for (var isAway = false; ;)
        {
            try
            {
                Tell(copies, await RunStatements.WriteAsync(source, copies, portal.Owner, Kept, CancellationToken.None)); // ended by its own time limit
                return;
            }
            catch (Exception e) when (DatabaseGone.Explains(e) || DatabaseGone.IsCollision(e))
            {
                if (!isAway)
                    LogAway(e.GetBaseException().Message);
                isAway = true;
                Interlocked.Exchange(ref awayAt, time.GetUtcNow().Ticks);
                await Task.Delay(Again, time); // whoever waits for the row waits along: nothing is sent that is not written
            }
            catch (Exception e) when (copies.Count > 1)
            {
                // One row that cannot be written must not end the others' runs.
                LogFailed(e);
                foreach (var copy in copies)
                    await WriteAsync([copy]);
                return;
            }
            catch (Exception e)
            {
                LogFailed(e);
                copies[0].Waiter?.TrySetException(e);
                return;
            }
        }
    }

    private void Tell(List<SheetCopy> copies, HashSet<Guid> ours)
    {
        foreach (var copy in copies)
        {
            var isOurs = ours.Contains(copy.Row.Id);
            try
            {
                if (isOurs)
                    copy.Sheet.Job.Tell(copy.Row);
            }
            catch (Exception e)
            {
                LogFailed(e); // it is written; whoever wanted to hear of it hears of the next
            }

            copy.Waiter?.TrySetResult(isOurs);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(LogLevel.Warning, "Runs cannot be written down, trying again: {Reason}")]
    private partial void LogAway(string reason);

    [LoggerMessage(LogLevel.Error, "Runs could not be written down")]
    private partial void LogFailed(Exception exception);
}

/// <summary>How much is kept of a command's output: so many bytes of its beginning, and so many of its end.</summary>
internal sealed record KeptLog(long Bytes);
