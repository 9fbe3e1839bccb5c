using System.Net;
using LinboPortal.Core.Events;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Jobs.Running;

/// <summary>
/// PCs whose commands wait for their next boot, or that have fetched them and are at work. Rows are all there is: nothing is held in memory for
/// days, and no portal has a lease. A run ends once the PC has carried its commands out, as far as that can be known.
/// </summary>
internal sealed class OnBootRuns(IDbContextFactory<PortalDb> databases, OnBootWatch watch, JobEnding ending, PortalEvents events)
{
    /// <summary>Ends what waits for the boot of a PC because a later job gives it other commands: there is one file for each PC.</summary>
    /// <param name="by">The later job's run.</param>
    /// <param name="number">Number of the later job.</param>
    /// <param name="ct">Ends it.</param>
    public async Task ReplaceAsync(HostRun by, int number, CancellationToken ct)
    {
        if (by.HostId is null)
            return;
        foreach (var run in await ReadAsync(r => r.HostId == by.HostId && r.State == RunState.AwaitingBoot && r.Id != by.Id, ct))
            await EndAsync(run, RunState.Cancelled, RunReason.Replaced, $"#{number}", ct);
    }

    /// <summary>Takes back what people cancelled: its file is removed, unless the PC was faster.</summary>
    public async Task TakeBackAsync(Guid job, CancellationToken ct)
    {
        foreach (var run in await ReadAsync(r => r.JobId == job && r.CancelRequested && RunStates.OfBoot.Contains(r.State), ct))
            await LookAsync(run, ct);
    }

    /// <summary>Looks once at all that wait.</summary>
    public async Task LookAsync(CancellationToken ct)
    {
        var all = await ReadAsync(r => RunStates.OfBoot.Contains(r.State), ct);
        watch.KeepOnly(all.Select(r => r.Id));
        await Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = ct }, async (run, stop) => await LookAsync(run, stop));
    }

    private Task LookAsync(BootRunRow run, CancellationToken ct) => run.State == RunState.AwaitingBoot ? AwaitAsync(run, ct) : FollowAsync(run, ct);

    private async Task AwaitAsync(BootRunRow run, CancellationToken ct)
    {
        if (run.Target is not { } host)
        {
            watch.Remove(run.Host);
            await EndAsync(run, RunState.Failed, RunReason.HostGone, "", ct);
            return;
        }

        if (host.Name != run.Host)
            watch.Rename(run.Host, host.Name);
        if (run.CancelRequested && watch.Remove(host.Name))
            await EndAsync(run, RunState.Cancelled, RunReason.ByPerson, "", ct);
        else if (watch.IsThere(run.Id, host.Name))
            return;
        else if (await watch.FetchedAtAsync(host, run.StartedAt ?? DateTimeOffset.MinValue, ct) is { } at)
            await FetchedAsync(run, at, ct);
        else if (watch.IsGoneForLong(run.Id))
            await EndAsync(run, RunState.Failed, RunReason.CommandsGone, "", ct);
    }

    private async Task FetchedAsync(BootRunRow run, DateTimeOffset at, CancellationToken ct)
    {
        if (run.Commands.Count == 0)
        {
            await EndAsync(run, RunState.Done, null, "", ct);
            return;
        }

        var until = at + watch.LimitOf(run.Commands);
        await using (var db = await databases.CreateDbContextAsync(ct))
        {
            var changed = await Open(db, run).ExecuteUpdateAsync(
                set => set.SetProperty(r => r.State, RunState.Fetched).SetProperty(r => r.FetchedAt, at).SetProperty(r => r.Deadline, until), ct);
            if (changed == 0)
                return;
        }

        Tell(run with { State = RunState.Fetched }, null);
        await ending.TryEndAsync(run.JobId, ct);
    }

    private async Task FollowAsync(BootRunRow run, CancellationToken ct)
    {
        var (end, reached, line) = await watch.JudgeAsync(run, ct);
        if (end is { } found)
            await EndAsync(run, found.State, found.Reason, found.Detail, ct);
        else if (line.Length > 0 && (reached, line) != (run.Command, run.LastLine))
            await ProgressAsync(run, reached, line, ct);
    }

    private async Task ProgressAsync(BootRunRow run, int reached, string line, CancellationToken ct)
    {
        var text = line.Length > 500 ? line[..500] : line;
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await Open(db, run).ExecuteUpdateAsync(set => set.SetProperty(r => r.Command, reached).SetProperty(r => r.LastLine, text), ct) == 1)
            Tell(run with { Command = reached, LastLine = text }, null);
    }

    private async Task EndAsync(BootRunRow run, RunState state, RunReason? reason, string detail, CancellationToken ct)
    {
        var now = watch.Now;
        await using (var db = await databases.CreateDbContextAsync(ct))
        {
            var ended = await Open(db, run).ExecuteUpdateAsync(
                set => set.SetProperty(r => r.State, state).SetProperty(r => r.Reason, reason).SetProperty(r => r.Detail, detail).SetProperty(r => r.EndedAt, now)
                    .SetProperty(r => r.Deadline, (DateTimeOffset?)null), ct);
            if (ended == 0)
                return;
        }

        Tell(run with { State = state }, reason);
        await ending.TryEndAsync(run.JobId, ct);
    }

    private void Tell(BootRunRow run, RunReason? reason) => events.Publish(new PortalEvent.HostProgressed(
        run.JobId, run.Id, run.Target?.Id, run.Host, run.RoomId, run.State, run.Command, run.Commands.Count,
        run.Command > 0 && run.Command <= run.Commands.Count ? run.Commands[run.Command - 1].ToString() : "", null, null, null, run.LastLine, reason));

    // Another portal may have been faster: what it wrote stands.
    private static IQueryable<HostRun> Open(PortalDb db, BootRunRow run) =>
        db.HostRuns.Where(r => r.Id == run.Id && r.State == run.State && r.EndedAt == null && r.LeaseOwner == null);

    private async Task<List<BootRunRow>> ReadAsync(System.Linq.Expressions.Expression<Func<HostRun, bool>> which, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var rows = await db.HostRuns.Where(r => r.EndedAt == null && r.LeaseOwner == null).Where(which).OrderBy(r => r.Id)
            .Select(r => new
            {
                Run = r,
                db.Jobs.First(j => j.Id == r.JobId).Commands,
                Host = db.Hosts.Where(h => h.Id == r.HostId)
                    .Select(h => new { h.Id, h.Name, Address = h.Address ?? h.Status!.Address, State = (HostState?)h.Status!.State, Since = (DateTimeOffset?)h.Status!.Since }).FirstOrDefault(),
            }).ToListAsync(ct);
        return rows.ConvertAll(r => new BootRunRow(r.Run.Id, r.Run.JobId, r.Run.Host, r.Run.RoomId, r.Run.State)
        {
            Target = r.Host is { } h ? new BootRunHost(h.Id, h.Name, h.Address, h.State ?? HostState.Unknown, h.Since ?? DateTimeOffset.MinValue) : null,
            Commands = r.Commands.Length == 0 ? [] : [.. CommandLine.Parse(r.Commands).Commands],
            Command = r.Run.Command,
            LastLine = r.Run.LastLine,
            StartedAt = r.Run.StartedAt,
            FetchedAt = r.Run.FetchedAt,
            Deadline = r.Run.Deadline,
            CancelRequested = r.Run.CancelRequested,
        });
    }
}

/// <summary>A PC as it is now whose commands wait for a boot.</summary>
internal sealed record BootRunHost(Guid Id, string Name, IPAddress? Address, HostState State, DateTimeOffset Since);

/// <summary>A run that waits for a boot, or that the PC carries out. <paramref name="Host"/> is the PC's name when the job was made.</summary>
internal sealed record BootRunRow(Guid Id, Guid JobId, string Host, Guid RoomId, RunState State)
{
    public BootRunHost? Target { get; init; }

    public IReadOnlyList<LinboCommand> Commands { get; init; } = [];

    public int Command { get; init; }

    public string LastLine { get; init; } = "";

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FetchedAt { get; init; }

    public DateTimeOffset? Deadline { get; init; }

    public bool CancelRequested { get; init; }
}

/// <summary>How a run ends.</summary>
internal sealed record RunEnd(RunState State, RunReason? Reason = null, string Detail = "");
