using System.Net;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Jobs.Running;

/// <summary>Wake where asked, connect, hide the GUI, one command after the other, bring the GUI back.</summary>
internal sealed class DirectWay(IDbContextFactory<PortalDb> databases)
{
    public async Task GoAsync(RunWork work, CancellationToken cancelled, CancellationToken ct)
    {
        var (part, seen) = work.Row.State == RunState.Waiting ? await PartAsync(work, ct) : (PcPart.Acts, HostState.Unknown);
        if (part == PcPart.ThroughSystem || SystemRun.IsBegun(work.Row))
        {
            await SystemRun.RunAsync(work, seen, ct);
            return;
        }

        var hasOptions = (work.Job.NoGui || work.Job.NoAuto) && OnBootFile.TryCreate(null, work.Job.NoAuto, work.Job.NoGui, out var options, out _);
        try
        {
            if (hasOptions && work.Row.Command == 0)
                await work.Kit.Tools.WriteOnBootAsync(work.Host, Options(work), ct);
            if (work.Job.Wake is not null && work.Row.Command == 0)
                await WakeStep.WakeAsync(work, seen, stop => AddressAsync(work.Host, stop), ct);
            if (work.Commands.Count > 0)
                await CommandsAsync(work, cancelled, ct);
        }
        finally
        {
            if (hasOptions && !IsStopping(cancelled, ct))
                work.Kit.Tools.RemoveOnBoot(work.Host);
        }
    }

    // The same rule as in the question before: a PC on which nothing can be done is left at once.
    private static async Task<(PcPart Part, HostState Seen)> PartAsync(RunWork work, CancellationToken ct)
    {
        var state = await work.SeenAsync(ct);
        var (part, skip) = PcParts.Of(state, work.HasAccess(state), JobWay.Direct, work.Job.Wake is not null, work.Commands);
        return skip is { } reason ? throw RunFailure.Skip(reason) : (part, state);
    }

    private async Task CommandsAsync(RunWork work, CancellationToken cancelled, CancellationToken ct)
    {
        var (kit, priority) = (work.Kit, work.Job.Priority);
        using var room = await kit.Limits.Room(work.Row.RoomId).TakeAsync(priority, ct);
        using var portal = await kit.Limits.Portal.TakeAsync(priority, ct);
        var address = await AddressAsync(work.Host, ct) ?? throw new RunFailure(RunReason.NoAddress);
        await using var line = new ClientLine(kit.Tools.Client, new LinboAddress(work.Host.Id, work.Host.Name, address));
        try
        {
            if (work.Row.Command == 0)
            {
                await ConnectAsync(work, line, ct);
                await line.TryAsync((s, stop) => s.ShowGuiAsync(show: false, stop), RunKit.Courtesy, kit.Time);
            }

            for (var number = Math.Max(1, work.Row.Command); number <= work.Commands.Count; number++)
                await new CommandStep(work, line, number).RunAsync(ct);
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            await EndTaskAsync(work, line);
            throw;
        }
        finally
        {
            if (line.IsOpen && !IsStopping(cancelled, ct))
                await line.TryAsync((s, stop) => s.ShowGuiAsync(show: true, stop), RunKit.Courtesy, kit.Time);
        }
    }

    // A PC whose key cannot be looked up looks like one that does not answer in time.
    private static async Task ConnectAsync(RunWork work, ClientLine line, CancellationToken ct)
    {
        while (true)
        {
            var began = work.Kit.Now;
            try
            {
                await Connecting.FirstAsync(work, line, ct);
                return;
            }
            catch (RunFailure failure) when (failure.Reason is RunReason.NotOnline or RunReason.ConnectionLost)
            {
                if (!await work.WasDatabaseAwayAsync(began, ct))
                    throw;
            }
        }
    }

    // Somebody wants the PC left alone: what runs there ends, too.
    private static async Task EndTaskAsync(RunWork work, ClientLine line)
    {
        if (work.Row is not { Command: > 0 and var number, BootId: { } boot })
            return;
        await line.TryAsync((s, stop) => s.BootId == boot ? s.StopAsync(work.TaskOf(number), stop) : Task.CompletedTask, RunKit.Courtesy, work.Kit.Time);
    }

    private static bool IsStopping(CancellationToken cancelled, CancellationToken ct) => ct.IsCancellationRequested && !cancelled.IsCancellationRequested;

    private static OnBootFile Options(RunWork work) =>
        OnBootFile.TryCreate(null, work.Job.NoAuto, work.Job.NoGui, out var file, out _) ? file : throw new InvalidOperationException("Options alone make a file.");

    // A PC without a fixed address gets one while it boots.
    private async Task<IPAddress?> AddressAsync(RunHost host, CancellationToken ct)
    {
        if (host.Address is { } known)
            return known;
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Hosts.Where(h => h.Id == host.Id).Select(h => h.Address ?? h.Status!.Address).FirstOrDefaultAsync(ct);
    }
}
