using LinboPortal.Api;
using LinboPortal.Core.Jobs;
using LinboPortal.Infrastructure.Remote;
using LinboPortal.Jobs;
using LinboPortal.Testing;

namespace LinboPortal.Tests.Jobs;

/// <summary>Portals that died, were stopped, or work side by side.</summary>
public sealed class RunnerRecoveryTests(TestDatabase database) : RunnerRig(database)
{
    private readonly TestDatabase database = database;

    [Fact]
    public async Task A_command_that_never_arrived_is_sent_by_the_next_process()
    {
        var (job, _) = await KilledAsync("sync:1,start:1", command: 1, boot: "boot-1");
        Assert.Equal(["sync:1", "start:1"], await TakenOverAsync(job));
    }

    [Fact]
    public async Task A_command_that_runs_is_followed_from_the_offset_that_is_kept()
    {
        var (job, run) = await KilledAsync("sync:1", command: 1, boot: "boot-1");
        Pcs["lab-pc1"].Script = _ => ("first\nsecond\n", 0);
        Pcs["lab-pc1"].Begin($"{run:N}-1", new Core.Remote.LinboCommand.Sync(1));
        await ChangeAsync(run, r => r.Offset = "first\n".Length);
        Assert.Equal(["sync:1"], await TakenOverAsync(job));
        Assert.Equal("second\n", await LogAsync((await RunsAsync(job))[0]));
    }

    [Theory]
    [InlineData("sync:1", RunState.Failed, RunReason.Restarted)]
    [InlineData("start:1", RunState.Done, null)]
    [InlineData("reboot", RunState.Done, null)]
    public async Task Another_boot_means_that_a_restart_was_done_and_that_all_else_was_broken_off(string command, RunState state, RunReason? reason)
    {
        var (job, _) = await KilledAsync(command, command: 1, boot: "boot-0");
        Assert.Empty(await TakenOverAsync(job));
        var run = (await RunsAsync(job))[0];
        Assert.Equal((state, reason), (run.State, run.Reason));
    }

    [Fact]
    public async Task What_another_living_portal_works_on_is_left_alone()
    {
        var (job, run) = await KilledAsync("sync:1", command: 1, boot: "boot-1");
        await ChangeAsync(run, r => (r.LeaseOwner, r.LeaseUntil) = ("other/1", TimeProvider.System.GetUtcNow().AddMinutes(1)));
        Assert.Empty(await TakenOverAsync(job));
        Assert.Equal(RunState.Running, (await RunsAsync(job))[0].State);
        await ChangeAsync(run, r => r.LeaseUntil = TimeProvider.System.GetUtcNow().AddSeconds(-1));
        Assert.Equal([job], (await Portal().Leases.ForgottenAsync(Ct)).Select(j => j.Id));
        Assert.Equal(["sync:1"], await TakenOverAsync(job));
    }

    [Fact]
    public async Task Two_portals_at_once_work_on_no_PC_twice()
    {
        var made = await CreatedAsync("room:lab", "sync:1,label");
        await Task.WhenAll(Portal("a").Runner.RunAsync(made.Id, Ct), Portal("b").Runner.RunAsync(made.Id, Ct), Portal("c").Runner.RunAsync(made.Id, Ct));
        Assert.Equal(["lab-pc1", "lab-pc10", "lab-pc2"], Pcs.Begun.Where(b => b.EndsWith("label", StringComparison.Ordinal)).Select(b => b.Split(' ')[0]));
        Assert.Equal(6, Pcs.Begun.Count);
        Assert.Equal(JobState.Done, (await ReadAsync(made.Id)).Job.State);
    }

    [Fact]
    public async Task A_portal_that_ends_lets_go_and_the_next_one_goes_on()
    {
        var made = await CreatedAsync("lab-pc1", "sync:1,label");
        Pcs["lab-pc1"].Script = command => command.Word == "sync" ? ("half\n", null) : ("", 0);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var running = Portal().Runner.RunAsync(made.Id, stop.Token);
        await Pcs["lab-pc1"].Hangs.Task.WaitAsync(Wait.Limit, Ct);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        var run = (await RunsAsync(made.Id))[0];
        Assert.Equal((RunState.Running, null, 1), (run.State, run.LeaseOwner, run.Command));
        Assert.Empty(Pcs["lab-pc1"].Stopped);
        Pcs["lab-pc1"].End($"{run.Id:N}-1");
        await Portal().Runner.RunAsync(made.Id, Ct);
        Assert.Equal(["sync:1", "label"], Pcs["lab-pc1"].Begun);
        Assert.Equal(JobState.Done, (await ReadAsync(made.Id)).Job.State);
    }

    [Fact]
    public async Task A_cancelled_PC_is_left_alone_within_the_moment_and_the_others_go_on()
    {
        var made = await CreatedAsync("room:lab", "sync:1");
        Pcs["lab-pc2"].Script = _ => ("half\n", null);
        var running = Portal().Runner.RunAsync(made.Id, Ct);
        await Pcs["lab-pc2"].Hangs.Task.WaitAsync(Wait.Limit, Ct);
        var run = (await RunsAsync(made.Id))[1];
        Assert.Equal(JobCancelled.Done, await Changes.CancelRunAsync(Admin, run.Id, Ct));
        await running;
        var (job, runs) = await ReadAsync(made.Id);
        Assert.Equal([RunState.Done, RunState.Cancelled, RunState.Done], runs.Select(r => r.State));
        Assert.Equal([$"{run.Id:N}-1"], Pcs["lab-pc2"].Stopped);
        Assert.Equal(["gui off", "gui on"], Pcs["lab-pc2"].Acts);
        Assert.Equal(JobState.Done, job.State);
    }

    [Fact]
    public async Task A_cancel_in_another_portal_is_heard_with_the_heartbeat()
    {
        var made = await CreatedAsync("lab-pc1", "sync:1");
        Pcs["lab-pc1"].Script = _ => ("", null);
        var (runner, leases) = Portal();
        var running = runner.RunAsync(made.Id, Ct);
        await Pcs["lab-pc1"].Hangs.Task.WaitAsync(Wait.Limit, Ct);
        await ChangeAsync((await RunsAsync(made.Id))[0].Id, r => r.CancelRequested = true);
        await leases.KeepAsync(Ct);
        await running;
        Assert.Equal((JobState.Cancelled, RunState.Cancelled), ((await ReadAsync(made.Id)).Job.State, (await RunsAsync(made.Id))[0].State));
    }

    [Fact]
    public async Task Only_so_many_PCs_of_a_room_are_worked_on_at_once()
    {
        Options.PerRoom = 1;
        var (now, most) = (0, 0);
        foreach (var name in new[] { "lab-pc1", "lab-pc2", "lab-pc10" })
            Pcs[name].OnBegin = command =>
            {
                most = Math.Max(most, command.Word == "sync" ? Interlocked.Increment(ref now) : now);
                if (command.Word == "label")
                    Interlocked.Decrement(ref now);
            };
        var (job, _) = await RunAsync(new JobRequest { Target = "room:lab", Commands = "sync:1,label" });
        Assert.Equal((JobState.Done, 1), (job.State, most));
    }

    [Theory]
    [InlineData("sync")]
    [InlineData("label")]
    public async Task A_database_that_is_away_while_PCs_are_connected_costs_no_PC_its_job(string during)
    {
        var pins = new HostKeyPins(Databases, TimeProvider.System);
        var (isClosed, isOpen) = (Task.CompletedTask, Task.CompletedTask);
        Pcs.OnConnect = async (client, ct) =>
        {
            await isClosed; // what is asked now finds nobody
            await pins.KeepAsync(client.HostId, new ShownHostKey("ssh-ed25519", "of " + client.Host), ct);
        };
        Options.Connect = TimeSpan.FromSeconds(1);
        foreach (var name in new[] { "lab-pc1", "lab-pc2", "lab-pc10" })
        {
            Pcs[name].Script = command => (new string('x', 20_000) + command, 0);
            Pcs[name].Breaks.Enqueue(10_000);
            Pcs[name].Breaks.Enqueue(15_000);
        }

        Pcs["lab-pc1"].OnBegin = command =>
        {
            if (command.Word != during)
                return;
            isClosed = database.CloseAsync(closed: true, Ct);
            isOpen = OpenAsync(isClosed);
        };
        var made = await CreatedAsync("room:lab", "sync:1,label");
        await Portal().Runner.RunAsync(made.Id, Ct);
        await isOpen;
        var (job, runs) = await DatabaseGone.WaitAsync(_ => ReadAsync(made.Id), TimeProvider.System, Ct);
        Assert.Equal([(RunState.Done, null), (RunState.Done, null), (RunState.Done, (RunReason?)null)], runs.Select(r => (r.State, r.Reason)));
        Assert.Equal(JobState.Done, job.State);
        Assert.Equal(6, Pcs.Begun.Count);

        async Task OpenAsync(Task closed)
        {
            await closed;
            await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System, Ct); // longer than a first connection may take
            await database.CloseAsync(closed: false, Ct);
        }
    }

    private async Task<(Guid Job, Guid Run)> KilledAsync(string commands, int command, string boot)
    {
        var made = await CreatedAsync("lab-pc1", commands);
        var run = (await RunsAsync(made.Id))[0].Id;
        await ChangeAsync(run, r =>
        {
            (r.State, r.Command, r.BootId) = (RunState.Running, command, boot);
            (r.LeaseOwner, r.LeaseUntil, r.Deadline) = ($"{Home}/dead", TimeProvider.System.GetUtcNow().AddMinutes(1), TimeProvider.System.GetUtcNow().AddMinutes(10));
        });
        return (made.Id, run);
    }

    private async Task<IEnumerable<string>> TakenOverAsync(Guid job)
    {
        var (runner, leases) = Portal();
        await leases.TakeOverAsync(Ct);
        await runner.RunAsync(job, Ct);
        return Pcs["lab-pc1"].Begun;
    }
}
