using System.Threading.Channels;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Hosts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>
/// Looks at every PC that is on once an interval, every few seconds at those that boot, so that a boot is complete as soon as LINBO's SSH answers,
/// and at those that are silent with growing pauses.
/// </summary>
internal sealed partial class HostProbe(
    ProbeStore store, ProbeLease lease, ProbePlan plan, ProbePauses pauses, TimeProvider time, ILogger<HostProbe> logger) : BackgroundService
{
    private const int Batch = 500;
    private const int SilentBatch = 200;
    private const string ArpTable = "/proc/net/arp";
    private static readonly TimeSpan SilentPeriod = TimeSpan.FromSeconds(2);

    private string provenTable = "";
    private long provenAt;

    /// <summary>How the last full round went.</summary>
    public ProbeRound LastRound { get; private set; } = new(0, TimeSpan.Zero, null, HasLease: true, Problem: "");

    /// <summary>Looks at all hosts, or at the booting ones, once.</summary>
    public async Task<int> LookAsync(bool booting, CancellationToken ct)
    {
        var hosts = await store.LoadAsync(booting, ct);
        await LookAsync(hosts, ct);
        return hosts.Count;
    }

    /// <summary>Looks at the silent PCs whose turn it is.</summary>
    /// <returns>How many.</returns>
    public async Task<int> LookAtSilentAsync(CancellationToken ct)
    {
        if (File.Exists(ArpTable))
            await TakeNeighboursAsync(await File.ReadAllTextAsync(ArpTable, ct), ct);
        var due = pauses.Due(SilentBatch, time.GetUtcNow());
        var looks = new Look[due.Count];
        await Parallel.ForEachAsync(due.Index(), new ParallelOptions { MaxDegreeOfParallelism = plan.SilentParallel, CancellationToken = ct }, async (silent, stop) =>
        {
            var at = time.GetUtcNow();
            looks[silent.Index] = new Look(silent.Item.Host, (await plan.Ports.LookAsync(silent.Item.Host.Address, stop)).State, at);
        });
        // What is off and stays so is no news.
        await SaveAsync([.. looks.Where(l => l.Found != HostState.Off || l.Host.Known != HostState.Off)], ct);
        foreach (var (silent, look) in due.Zip(looks))
        {
            if (look.Found != HostState.Off)
                pauses.Answered(silent);
            else
                ProbePauses.Silent(silent, plan.Interval, plan.LongestPause, time.GetUtcNow());
        }

        return due.Count;
    }

    private async Task TakeNeighboursAsync(string table, CancellationToken ct)
    {
        var neighbours = NeighbourTable.Parse(table);
        pauses.Seen(neighbours.Keys, time.GetUtcNow());
        if (table == provenTable && time.GetElapsedTime(provenAt) < plan.Interval)
            return;
        await store.ProveAsync(neighbours, ct);
        (provenTable, provenAt) = (table, time.GetTimestamp());
    }

    private async Task<int> RoundAsync(CancellationToken ct)
    {
        var hosts = await store.LoadAsync(booting: false, ct);
        pauses.Keep(hosts.Where(h => h.IsSilent), time.GetUtcNow());
        await LookAsync(hosts.FindAll(h => !h.IsSilent), ct);
        return hosts.Count;
    }

    private async Task LookAsync(List<ProbedHost> hosts, CancellationToken ct)
    {
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
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        RepeatAsync(plan.Interval, RoundAsync, isRound: true, stoppingToken),
        RepeatAsync(plan.BootingInterval, ct => LookAsync(booting: true, ct), isRound: false, stoppingToken),
        RepeatAsync(SilentPeriod, LookAtSilentAsync, isRound: false, stoppingToken),
        RepeatAsync(plan.BootingInterval, CheckClaimsAsync, isRound: false, stoppingToken));

    private async Task<int> CheckClaimsAsync(CancellationToken ct)
    {
        await plan.CheckClaims(ct);
        return 0;
    }

    private async Task RepeatAsync(TimeSpan interval, Func<CancellationToken, Task<int>> look, bool isRound, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(interval, time);
        do
        {
            var start = time.GetTimestamp();
            try
            {
                var holds = await lease.HoldAsync(stop);
                var count = holds ? await look(stop) : 0;
                if (isRound)
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
                await SaveAsync(batch, ct);
                batch.Clear();
            }
        }
        catch (Exception e)
        {
            looks.Writer.TryComplete(e); // nobody waits for a reader that is gone
            throw;
        }
    }

    private async Task SaveAsync(IReadOnlyList<Look> looks, CancellationToken ct)
    {
        foreach (var linbo in await store.SaveAsync(looks, plan.OffAfter, ct))
        {
            plan.Report(Answered(linbo));
            plan.Answers(linbo.Host);
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
internal sealed record ProbePlan(PortProbe Ports, int Parallel, TimeSpan Interval, TimeSpan BootingInterval, TimeSpan OffAfter, Action<BootObservation> Report)
{
    /// <summary>Silent PCs asked at the same time: each holds its connections until they time out.</summary>
    public int SilentParallel { get; init; } = 20;

    /// <summary>Looks whether PCs are where requests say that they are.</summary>
    public Func<CancellationToken, Task> CheckClaims { get; init; } = _ => Task.CompletedTask;

    /// <summary>Told of each PC on which LINBO's SSH server has begun to answer.</summary>
    public Action<ProbedHost> Answers { get; init; } = _ => { };

    /// <summary>Longest pause between two looks at a silent PC.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(15);
}
