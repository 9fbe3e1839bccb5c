using LinboPortal.Core.Groups;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Remote;
using LinboPortal.Jobs;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Tests.Jobs;

/// <summary>The state that is known of a PC decides what becomes of it, in the question and in the job.</summary>
public sealed class KnownStateTests(TestDatabase database) : RunnerRig(database)
{
    private CommandTargets Targets => new(Databases);

    [Fact]
    public async Task PCs_in_Windows_or_Linux_are_skipped_at_once_and_not_woken()
    {
        await SeenAsync("lab-pc1", HostState.Windows);
        await SeenAsync("lab-pc2", HostState.Linux);
        var forecast = await ForecastAsync(new JobRequest { Target = "room:lab", Commands = "sync:1", Wake = TimeSpan.FromMinutes(5) });
        Assert.Equal((1, 2), (forecast.Acting, forecast.SkippedInSystem));
        var (job, runs) = await RunAsync(new JobRequest { Target = "room:lab", Commands = "sync:1", Wake = TimeSpan.FromMinutes(5) });
        Assert.Equal([RunState.Skipped, RunState.Skipped, RunState.Done], runs.Select(r => r.State));
        Assert.Equal([RunReason.NotLinbo, RunReason.NotLinbo, null], runs.Select(r => r.Reason));
        Assert.Equal(JobState.Done, job.State);
        Assert.Empty(Woken);
    }

    [Fact]
    public async Task PCs_that_are_off_and_not_woken_are_skipped()
    {
        foreach (var (host, address) in new[] { ("lab-pc1", "10.0.0.1"), ("lab-pc2", "10.0.0.2"), ("lab-pc10", "10.0.0.10") })
        {
            await SeenAsync(host, HostState.Off);
            States[address] = HostState.Off;
        }

        var forecast = await ForecastAsync(new JobRequest { Target = "room:lab", Commands = "halt" });
        Assert.Equal((0, 3), (forecast.Acting, forecast.SkippedOff));
        var (_, runs) = await RunAsync(new JobRequest { Target = "room:lab", Commands = "halt" });
        Assert.All(runs, r => Assert.Equal((RunState.Skipped, RunReason.NotOnline), (r.State, r.Reason)));
        Assert.Equal(0, Pcs["lab-pc1"].Knocks);
    }

    [Fact]
    public async Task A_state_that_is_old_is_looked_at_again()
    {
        await SeenAsync("lab-pc1", HostState.Windows, TimeSpan.FromHours(1));
        var (_, runs) = await RunAsync(new JobRequest { Target = "lab-pc1", Commands = "sync:1" });
        Assert.Equal(RunState.Done, runs[0].State);
    }

    [Fact]
    public async Task What_refuses_connections_may_be_a_LINBO_that_starts_and_is_tried()
    {
        States["10.0.0.1"] = HostState.On;
        var (_, runs) = await RunAsync(new JobRequest { Target = "lab-pc1", Commands = "sync:1" });
        Assert.Equal(RunState.Done, runs[0].State);
    }

    [Fact]
    public async Task Windows_and_Linux_are_shut_down_through_their_SSH_server_where_the_group_says_how()
    {
        await SetAccessAsync(PcSystem.Windows);
        await SeenAsync("lab-pc1", HostState.Windows);
        await SeenAsync("lab-pc2", HostState.Linux);
        (States["10.0.0.1"], States["10.0.0.10"]) = (HostState.Windows, HostState.Off);
        await SeenAsync("lab-pc10", HostState.Off);
        OnTell = _ =>
        {
            States["10.0.0.1"] = HostState.Off;
            return (SystemAnswer.Taken, "");
        };
        var forecast = await ForecastAsync(new JobRequest { Target = "room:lab", Commands = "halt" });
        Assert.Equal((1, 1, 1, 1), (forecast.Acting, forecast.ThroughSystem, forecast.SkippedInSystem, forecast.SkippedOff));
        var (_, runs) = await RunAsync(new JobRequest { Target = "room:lab", Commands = "halt" });
        Assert.Equal(["lab-pc1 Windows Administrator:22 shutdown /s /f /t 0"], Told);
        Assert.Equal([RunState.Done, RunState.Skipped, RunState.Skipped], runs.Select(r => r.State));
        Assert.Empty(Pcs.Begun);
    }

    [Fact]
    public async Task A_system_that_was_told_is_not_told_again_by_a_portal_that_takes_over()
    {
        await SetAccessAsync(PcSystem.Linux);
        var made = await CreatedAsync("lab-pc1", "reboot");
        await ChangeAsync((await RunsAsync(made.Id))[0].Id, r =>
            (r.State, r.Command, r.BootId, r.Deadline) = (RunState.Running, 1, "system:Linux", TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(5)));
        States["10.0.0.1"] = HostState.Linux;
        var working = Portal().Runner.RunAsync(made.Id, Ct);
        States["10.0.0.1"] = HostState.Off;
        await working;
        Assert.Empty(Told);
        Assert.Equal(RunState.Done, (await RunsAsync(made.Id))[0].State);
    }

    [Theory]
    [InlineData(SystemAnswer.KeyRefused, RunReason.SystemKeyRefused)]
    [InlineData(SystemAnswer.Unreachable, RunReason.SystemUnreachable)]
    [InlineData(SystemAnswer.HostKeyChanged, RunReason.SystemHostKeyChanged)]
    [InlineData(SystemAnswer.Refused, RunReason.CommandFailed)]
    public async Task What_a_system_answers_is_the_reason(SystemAnswer answer, RunReason reason)
    {
        await SetAccessAsync(PcSystem.Linux);
        await SeenAsync("lab-pc1", HostState.Linux);
        OnTell = _ => (answer, "more");
        var (_, runs) = await RunAsync(new JobRequest { Target = "lab-pc1", Commands = "reboot" });
        Assert.Equal((RunState.Failed, reason, "more"), (runs[0].State, runs[0].Reason, runs[0].Detail));
    }

    [Fact]
    public async Task Two_jobs_never_work_on_a_PC_at_once_and_who_asks_is_told()
    {
        var first = await CreatedAsync("lab-pc1", "sync:1");
        var (_, leases) = Portal();
        Assert.Single(await leases.ClaimAsync(first.Id, 0, Ct));
        var asked = new JobRequest { Target = "room:lab", Commands = "sync:1" };
        var busy = Assert.IsType<JobOutcome.HostsBusy>(await Dispatcher.DispatchAsync(Admin, asked with { WhenBusy = BusyRule.Refuse }, Ct));
        Assert.Equal((new JobShare(first.Number, 1), 3), (Assert.Single(busy.Jobs), busy.Pcs));
        var skipping = Assert.IsType<JobOutcome.Created>(await Dispatcher.DispatchAsync(Admin, asked with { WhenBusy = BusyRule.Skip }, Ct));
        Assert.Equal([RunReason.Busy, null, null], (await RunsAsync(skipping.Id)).Select(r => r.Reason));
        await Changes.CancelAsync(Admin, $"{skipping.Number}", Ct);
        var after = Assert.IsType<JobOutcome.Created>(await Dispatcher.DispatchAsync(Admin, asked, Ct));
        Assert.Equal([new JobShare(first.Number, 1)], after.Busy);
        Assert.Equal(["lab-pc2", "lab-pc10"], (await Portal("other").Leases.ClaimAsync(after.Id, 0, Ct)).Select(r => r.Host));
        await ChangeAsync((await RunsAsync(first.Id))[0].Id, r => (r.State, r.EndedAt, r.LeaseOwner) = (RunState.Done, TimeProvider.System.GetUtcNow(), null));
        Assert.Contains("lab-pc1", (await Portal("other").Leases.ClaimAsync(after.Id, 0, Ct)).Select(r => r.Host));
    }

    private async Task<TargetForecast> ForecastAsync(JobRequest request) =>
        (await Targets.ReadAsync(Admin, request.Target, "", Ct)).Forecast(request, CommandLine.Parse(request.Commands).Commands);

    private async Task SeenAsync(string host, HostState state, TimeSpan ago = default)
    {
        await using var db = await Databases.CreateDbContextAsync(Ct);
        var id = await db.Hosts.Where(h => h.Name == host).Select(h => h.Id).SingleAsync(Ct);
        var at = TimeProvider.System.GetUtcNow() - ago;
        db.HostStatuses.Add(new HostStatus { HostId = id, State = state, Since = at, SeenAt = at });
        await db.SaveChangesAsync(Ct);
    }

    private async Task SetAccessAsync(PcSystem system)
    {
        await using var db = await Databases.CreateDbContextAsync(Ct);
        var group = await db.Groups.Where(g => g.Name == "win").Select(g => g.Id).SingleAsync(Ct);
        db.SystemAccesses.Add(SystemAccess.Usual(group, system));
        await db.SaveChangesAsync(Ct);
    }
}
