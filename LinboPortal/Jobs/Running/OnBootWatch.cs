using System.Collections.Concurrent;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;
using Microsoft.Extensions.Options;

namespace LinboPortal.Jobs.Running;

/// <summary>
/// Finds out whether PCs fetched the commands that wait for their boot (the file and rsync's report) and whether they carried them out (LINBO's
/// log on the PC, or the system that runs afterwards).
/// </summary>
internal sealed class OnBootWatch(RunTools tools, IOptions<JobsOptions> options, TimeProvider time)
{
    /// <summary>rsync's report comes within seconds after the file went.</summary>
    private static readonly TimeSpan ReportTimeout = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(10);

    /// <summary>LINBO's SSH answers some seconds before it begins with the commands.</summary>
    private static readonly TimeSpan FirstCommand = TimeSpan.FromMinutes(1);

    private const int IdleLooks = 3;

    private readonly ConcurrentDictionary<Guid, DateTimeOffset> gone = [];
    private readonly ConcurrentDictionary<Guid, (DateTimeOffset Next, int Idle)> looks = [];

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Longest the commands may take together.</summary>
    public TimeSpan LimitOf(IReadOnlyList<LinboCommand> commands) => commands.Aggregate(TimeSpan.Zero, (sum, c) => sum + options.Value.LimitOf(c));

    /// <summary>Forgets what was noted of runs that have ended.</summary>
    public void KeepOnly(IEnumerable<Guid> runs)
    {
        var open = runs.ToHashSet();
        foreach (var id in gone.Keys.Concat(looks.Keys).Where(id => !open.Contains(id)))
        {
            gone.TryRemove(id, out _);
            looks.TryRemove(id, out _);
        }
    }

    public bool Remove(string host) => tools.RemoveOnBoot(Named(host));

    public bool Rename(string from, string to) => tools.RenameOnBoot(from, to);

    /// <summary>True while the file lies ready.</summary>
    public bool IsThere(Guid run, string host)
    {
        if (!tools.IsOnBootThere(Named(host)))
            return false;
        gone.TryRemove(run, out _);
        return true;
    }

    /// <summary>When the PC fetched its commands by rsync's report; null where there is none.</summary>
    public Task<DateTimeOffset?> FetchedAtAsync(BootRunHost host, DateTimeOffset since, CancellationToken ct) => tools.FetchedAtAsync(host.Id, host.Name, since, ct);

    /// <summary>True where the file has been gone for so long that no report will come.</summary>
    public bool IsGoneForLong(Guid run) => Now - gone.GetOrAdd(run, Now) >= ReportTimeout;

    /// <summary>What became of commands that were fetched; no end while the PC is at work.</summary>
    public async Task<(RunEnd? End, int Reached, string LastLine)> JudgeAsync(BootRunRow run, CancellationToken ct)
    {
        var fetched = run.FetchedAt ?? run.StartedAt ?? Now;
        var unknown = new RunEnd(RunState.Done, RunReason.FetchedOnly);
        if (run.Target is not { } host || run.CancelRequested || Now >= run.Deadline)
            return (unknown, 0, "");
        if (host.Since > fetched && host.State is HostState.Windows or HostState.Linux or HostState.On or HostState.Off)
            return (await LeftAsync(run, host, fetched, ct), run.Command, "");
        return host.State == HostState.Linbo && IsDue(run.Id) ? await AskAsync(run, host, fetched, ct) : (null, run.Command, "");
    }

    // Another system runs, or none: that is what the last command is for, or the log that it handed over before tells.
    private async Task<RunEnd> LeftAsync(BootRunRow run, BootRunHost host, DateTimeOffset fetched, CancellationToken ct)
    {
        if (run.Commands[^1].LeavesLinbo)
            return new RunEnd(RunState.Done);
        var log = await tools.HandedLogAsync(host.Name, fetched, ct);
        return log is not null && OnBootLog.Reached(log, run.Commands) == run.Commands.Count
            ? new RunEnd(RunState.Done)
            : new RunEnd(RunState.Done, RunReason.FetchedOnly);
    }

    private async Task<(RunEnd? End, int Reached, string LastLine)> AskAsync(BootRunRow run, BootRunHost host, DateTimeOffset fetched, CancellationToken ct)
    {
        if (host.Address is null || await tools.AskLinboAsync(new LinboAddress(host.Id, host.Name, host.Address), ct) is not var (isBusy, log))
            return (null, run.Command, "");
        var reached = OnBootLog.Reached(log, run.Commands);
        var line = OnBootLog.LastLine(log);
        if (isBusy)
        {
            looks[run.Id] = (Now + BetweenLooks, 0);
            return (null, reached, line);
        }

        if (reached == run.Commands.Count)
            return (new RunEnd(RunState.Done), reached, line);
        var idle = looks.AddOrUpdate(run.Id, (Now + BetweenLooks, 1), (_, was) => (Now + BetweenLooks, was.Idle + 1)).Idle;
        if (idle < IdleLooks || Now - fetched < FirstCommand)
            return (null, reached, line);
        return (reached > 0 ? new RunEnd(RunState.Failed, RunReason.NotCarriedOut, run.Commands[reached - 1].ToString()) : new RunEnd(RunState.Done, RunReason.FetchedOnly), reached, line);
    }

    private bool IsDue(Guid run) => !looks.TryGetValue(run, out var last) || Now >= last.Next;

    private static RunHost Named(string host) => new(Guid.Empty, host, null, [], null);
}
