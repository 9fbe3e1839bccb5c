using System.Threading.Channels;
using LinboPortal.Core.Boot;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>
/// Looks at every PC once an interval, and every few seconds at those that boot, so that a boot is complete as soon as LINBO's SSH answers.
/// </summary>
internal sealed partial class HostProbe(
    ProbeStore store, ProbeLease lease, ProbePlan plan, TimeProvider time, ILogger<HostProbe> logger) : BackgroundService
{
    private const int Batch = 500;

    /// <summary>How the last full round went.</summary>
    public ProbeRound LastRound { get; private set; } = new(0, TimeSpan.Zero, null, HasLease: true, Problem: "");

    /// <summary>Looks at all hosts, or at the booting ones, once.</summary>
    public async Task<int> LookAsync(bool booting, CancellationToken ct)
    {
        var hosts = await store.LoadAsync(booting, ct);
        var looks = Channel.CreateBounded<Look>(Batch);
        var writing = WriteAsync(looks, ct);
        try
        {
            await Parallel.ForEachAsync(hosts, new ParallelOptions { MaxDegreeOfParallelism = plan.Parallel, CancellationToken = ct }, async (host, stop) =>
            {
                var at = time.GetUtcNow();
                var answers = await plan.Ports.LookAsync(host.Address, stop);
                await looks.Writer.WriteAsync(new Look(host, answers.State, at), stop);
            });
            looks.Writer.Complete();
        }
        catch (Exception e)
        {
            looks.Writer.TryComplete(e);
            throw;
        }
        finally
        {
            await writing;
        }

        return hosts.Count;
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        RepeatAsync(plan.Interval, booting: false, stoppingToken), RepeatAsync(plan.BootingInterval, booting: true, stoppingToken));

    private async Task RepeatAsync(TimeSpan interval, bool booting, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(interval, time);
        do
        {
            var start = time.GetTimestamp();
            try
            {
                var holds = await lease.HoldAsync(stop);
                var count = holds ? await LookAsync(booting, stop) : 0;
                if (!booting)
                    LastRound = new ProbeRound(count, time.GetElapsedTime(start), time.GetUtcNow(), holds, "");
            }
            catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
            {
                if (LastRound.Problem.Length == 0)
                    LogFailed(e.GetBaseException().Message);
                LastRound = LastRound with { Problem = e.GetBaseException().Message };
            }
        }
        while (await NextAsync(timer, stop));
    }

    private async Task WriteAsync(Channel<Look> looks, CancellationToken ct)
    {
        try
        {
            var batch = new List<Look>(Batch);
            while (await looks.Reader.WaitToReadAsync(ct))
            {
                while (batch.Count < Batch && looks.Reader.TryRead(out var look))
                    batch.Add(look);
                foreach (var linbo in await store.SaveAsync(batch, plan.OffAfter, ct))
                    plan.Report(Answered(linbo));
                batch.Clear();
            }
        }
        catch (Exception e)
        {
            looks.Writer.TryComplete(e); // nobody waits for a reader that is gone
            throw;
        }
    }

    private BootObservation Answered(Look look) =>
        new(look.Host.Address, null, BootStepKind.Ssh, "2222", time.GetUtcNow(), TimeSpan.Zero, 0, null, 0, BootStepOutcome.Served);

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stop)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The PCs could not be looked at: {Reason}")]
    partial void LogFailed(string reason);
}

/// <summary>How a full round went.</summary>
internal sealed record ProbeRound(int Hosts, TimeSpan Elapsed, DateTimeOffset? EndedAt, bool HasLease, string Problem);

/// <summary>The settings of <see cref="HostProbe"/> as it uses them.</summary>
internal sealed record ProbePlan(PortProbe Ports, int Parallel, TimeSpan Interval, TimeSpan BootingInterval, TimeSpan OffAfter, Action<BootObservation> Report);
