using LinboPortal.Api;
using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;

namespace LinboPortal.Jobs.Running;

/// <summary>Works on one PC from the state that its row is in to its end, whatever that is.</summary>
internal sealed partial class HostWorker(RunKit kit, DirectWay direct, OnBootRuns onBoot, ILogger<HostWorker> log)
{
    /// <summary>Works; throws nothing.</summary>
    /// <param name="sheet">The run, whose lease is ours.</param>
    /// <param name="host">Its host; null where it was deleted.</param>
    /// <param name="cancelled">A person wants the PC left alone.</param>
    /// <param name="stopping">The portal ends: the run is let go as it is.</param>
    public async Task WorkAsync(RunSheet sheet, RunHost? host, CancellationToken cancelled, CancellationToken stopping)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancelled, stopping);
        try
        {
            if (host is null)
                throw new RunFailure(RunReason.HostGone);
            var work = new RunWork(kit, sheet, host);
            for (var tries = 0; !await TryAsync(work, cancelled, both.Token); tries++)
                await work.WaitForDatabaseAsync(tries, both.Token);
            if (work.Job.Way == JobWay.OnBoot)
            {
                await LetWaitAsync(sheet);
                return;
            }

            await EndAsync(sheet, RunState.Done, null, "");
        }
        catch (RunFailure failure)
        {
            await EndAsync(sheet, failure.IsSkip ? RunState.Skipped : RunState.Failed, failure.Reason, failure.Detail);
        }
        catch (LinboClientException e)
        {
            var failure = RunFailure.Of(e);
            await EndAsync(sheet, failure.IsSkip ? RunState.Skipped : RunState.Failed, failure.Reason, failure.Detail);
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            await EndAsync(sheet, RunState.Cancelled, RunReason.ByPerson, "");
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            sheet.Change(r => r.LeaseOwner = null);
            await kit.Writer.WriteAsync(sheet);
        }
        catch (LeaseLostException)
        {
            LogLost(sheet.Row.Host);
        }
        catch (Exception e)
        {
            LogFault(sheet.Row.Host, e);
            await EndAsync(sheet, RunState.Failed, RunReason.PortalFault, e is IOException ? e.Message : e.GetType().Name);
        }
    }

    /// <summary>Works on, from the state that the row is in.</summary>
    /// <returns>False where the database did not answer: that is no fault of the PC, and the work goes on once it does.</returns>
    private async Task<bool> TryAsync(RunWork work, CancellationToken cancelled, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        try
        {
            if (work.Job.Way == JobWay.OnBoot)
                await OnBootAsync(work, cancelled, ct);
            else
                await DirectAsync(work, cancelled, ct);
            return true;
        }
        catch (Exception e) when (!ct.IsCancellationRequested && (DatabaseGone.Explains(e) || DatabaseGone.IsCollision(e)))
        {
            return false;
        }
    }

    private async Task DirectAsync(RunWork work, CancellationToken cancelled, CancellationToken ct)
    {
        // Options for the boot lie in the same file as commands that wait for it.
        if (work.Job is { NoGui: true } or { NoAuto: true } && work.Row.Command == 0)
            await onBoot.ReplaceAsync(work.Row, work.Job.Number, ct);
        await direct.GoAsync(work, cancelled, ct);
    }

    private async Task OnBootAsync(RunWork work, CancellationToken cancelled, CancellationToken ct)
    {
        try
        {
            await OnBootWay.GoAsync(work, onBoot, ct);
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            work.Kit.Tools.RemoveOnBoot(work.Host);
            throw;
        }
    }

    // Without a lease: the rows wait, nobody here does.
    private async Task LetWaitAsync(RunSheet sheet)
    {
        sheet.Change(r => (r.State, r.Deadline, r.LeaseOwner) = (RunState.AwaitingBoot, null, null));
        await kit.Writer.WriteAsync(sheet);
    }

    private async Task EndAsync(RunSheet sheet, RunState state, RunReason? reason, string detail)
    {
        var now = kit.Now;
        sheet.Change(r =>
        {
            (r.State, r.Reason, r.Detail) = (state, reason, detail);
            (r.Speed, r.Left, r.Deadline, r.LeaseOwner) = (null, null, null, null);
            (r.StartedAt, r.EndedAt) = (r.StartedAt ?? now, now);
            if (state == RunState.Done)
                r.Percent = 100;
        });
        await kit.Writer.WriteAsync(sheet);
    }

    [LoggerMessage(LogLevel.Warning, "{Host} is worked on by another portal by now")]
    private partial void LogLost(string host);

    [LoggerMessage(LogLevel.Error, "The portal failed at {Host}")]
    private partial void LogFault(string host, Exception exception);
}
