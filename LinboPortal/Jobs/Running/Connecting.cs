using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;

namespace LinboPortal.Jobs.Running;

/// <summary>Makes connections, with the patience that the moment deserves.</summary>
internal static class Connecting
{
    /// <summary>The first connection: a PC that is off is left at once, one that was woken gets the time to come up.</summary>
    public static async Task FirstAsync(RunWork work, ClientLine line, CancellationToken ct)
    {
        var kit = work.Kit;
        work.Say(RunState.Connecting, kit.Options.Connect);
        using var limit = new CancellationTokenSource(kit.Options.Connect, kit.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        LinboClientException? last = null;
        for (var tries = 0; ; tries++)
        {
            try
            {
                await line.GetAsync(both.Token);
                return;
            }
            catch (LinboClientException e) when (MayWait(e.Failure, work.Job.Wake is not null, tries))
            {
                last = e;
            }
            catch (LinboClientException e)
            {
                throw RunFailure.Of(e);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                throw last is null ? new RunFailure(RunReason.NotOnline) : RunFailure.Of(last);
            }

            try
            {
                await kit.PauseAsync(tries, both.Token);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                throw RunFailure.Of(last);
            }
        }
    }

    /// <summary>A connection in the middle of the work: it was there before, so it may come back.</summary>
    public static async Task<ILinboSession> AgainAsync(RunKit kit, ClientLine line, CancellationToken ct)
    {
        var until = kit.Now + kit.Options.Lost;
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await line.GetAsync(ct);
            }
            catch (LinboClientException e) when (e.Failure is LinboClientFailure.Unreachable or LinboClientFailure.Lost)
            {
                if (kit.Now >= until)
                    throw new RunFailure(RunReason.ConnectionLost, e.Detail);
            }
            catch (LinboClientException e)
            {
                throw e.Failure == LinboClientFailure.NotLinbo ? new RunFailure(RunReason.Restarted, e.Detail) : RunFailure.Of(e);
            }

            await kit.PauseAsync(tries, ct);
        }
    }

    private static bool MayWait(LinboClientFailure failure, bool isWoken, int tries) => failure switch
    {
        LinboClientFailure.Lost => true,
        LinboClientFailure.Unreachable => isWoken || tries == 0,
        LinboClientFailure.NotLinbo => isWoken,
        _ => false,
    };
}
