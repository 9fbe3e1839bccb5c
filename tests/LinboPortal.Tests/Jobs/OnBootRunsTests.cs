using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using LinboPortal.Jobs;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Tests.Jobs;

/// <summary>Commands that wait for a PC's next boot: they wait, are taken back, are fetched, and are done once they were carried out.</summary>
public sealed class OnBootRunsTests(TestDatabase database) : RunnerRig(database)
{
    private const string Log = "### 20261125-080101 linbo_wrapper sync:1 ###\nCommand     : sync\n### 20261125-080401 linbo_wrapper label ###\nall labelled\n";

    [Fact]
    public async Task What_nobody_has_fetched_waits_and_is_not_done()
    {
        var (job, _) = await OnBootAsync("sync:1");
        await Waiting.LookAsync(Ct);
        (job, var runs) = await ReadAsync(job.Id);
        Assert.Equal((JobState.AwaitingBoot, null), (job.State, job.EndedAt));
        Assert.All(runs, r => Assert.Equal((RunState.AwaitingBoot, null), (r.State, r.EndedAt)));
    }

    [Fact]
    public async Task It_is_done_once_the_log_on_the_PC_says_that_the_last_command_has_ended()
    {
        var (job, _) = await OnBootAsync("sync:1,label", "lab-pc1");
        await FetchAsync("lab-pc1", HostState.Linbo);
        AtWork["lab-pc1"] = (true, Log);
        await Waiting.LookAsync(Ct);
        await Waiting.LookAsync(Ct);
        (job, var runs) = await ReadAsync(job.Id);
        Assert.Equal((RunState.Fetched, 2, "all labelled", JobState.Running), (runs[0].State, runs[0].Command, runs[0].LastLine, job.State));
        AtWork["lab-pc1"] = (false, Log);
        Time.Advance(TimeSpan.FromSeconds(11));
        await Waiting.LookAsync(Ct);
        (job, runs) = await ReadAsync(job.Id);
        Assert.Equal((RunState.Done, null, JobState.Done), (runs[0].State, runs[0].Reason, job.State));
    }

    [Fact]
    public async Task A_PC_that_stops_before_the_last_command_has_not_carried_them_out()
    {
        var (job, _) = await OnBootAsync("sync:1,label,initcache", "lab-pc1");
        await FetchAsync("lab-pc1", HostState.Linbo);
        AtWork["lab-pc1"] = (false, Log);
        for (var look = 0; look < 8; look++)
        {
            await Waiting.LookAsync(Ct);
            Time.Advance(TimeSpan.FromSeconds(11));
        }

        var (_, runs) = await ReadAsync(job.Id);
        Assert.Equal((RunState.Failed, RunReason.NotCarriedOut, "label"), (runs[0].State, runs[0].Reason, runs[0].Detail));
    }

    [Fact]
    public async Task A_PC_that_left_LINBO_by_the_last_command_is_done_and_one_that_left_without_a_word_has_fetched_only()
    {
        var (start, _) = await OnBootAsync("sync:1,start:1", "lab-pc1");
        var (sync, _) = await OnBootAsync("sync:1", "lab-pc2");
        var (told, _) = await OnBootAsync("sync:1", "lab-pc10");
        foreach (var host in new[] { "lab-pc1", "lab-pc2", "lab-pc10" })
            await FetchAsync(host, HostState.Windows);
        Handed["lab-pc10"] = (Time.GetUtcNow() + TimeSpan.FromSeconds(30), Log);
        await Waiting.LookAsync(Ct);
        await Waiting.LookAsync(Ct);
        Assert.Equal((RunState.Done, null), EndOf(await ReadAsync(start.Id)));
        Assert.Equal((RunState.Done, RunReason.FetchedOnly), EndOf(await ReadAsync(sync.Id)));
        Assert.Equal((RunState.Done, null), EndOf(await ReadAsync(told.Id)));
    }

    [Fact]
    public async Task A_file_that_went_without_a_report_of_rsync_was_not_fetched()
    {
        var (job, _) = await OnBootAsync("sync:1", "lab-pc1");
        OnBoot.Clear();
        await Waiting.LookAsync(Ct);
        Assert.Equal(RunState.AwaitingBoot, (await RunsAsync(job.Id))[0].State);
        Time.Advance(TimeSpan.FromMinutes(3));
        await Waiting.LookAsync(Ct);
        Assert.Equal((RunState.Failed, RunReason.CommandsGone), EndOf(await ReadAsync(job.Id)));
    }

    [Fact]
    public async Task It_can_be_taken_back_for_one_PC_and_as_a_whole()
    {
        var (job, runs) = await OnBootAsync("sync:1");
        Assert.Equal(JobCancelled.Done, await Changes.CancelRunAsync(Admin, runs[0].Id, Ct));
        Assert.Equal(["lab-pc10", "lab-pc2"], OnBoot.Keys.Order());
        Assert.Equal((RunState.Cancelled, RunReason.ByPerson), EndOf(await ReadAsync(job.Id)));
        Assert.Equal(JobCancelled.Done, await Changes.CancelAsync(Admin, $"{job.Number}", Ct));
        Assert.Empty(OnBoot);
        (job, runs) = await ReadAsync(job.Id);
        Assert.Equal(JobState.Cancelled, job.State);
        Assert.All(runs, r => Assert.Equal(RunState.Cancelled, r.State));
    }

    [Fact]
    public async Task A_later_job_replaces_what_waits_for_the_same_PC()
    {
        var (first, _) = await OnBootAsync("sync:1");
        var (second, _) = await OnBootAsync("label", "lab-pc1");
        Assert.Equal("label", OnBoot["lab-pc1"]);
        var (_, runs) = await ReadAsync(first.Id);
        Assert.Equal([(RunState.Cancelled, RunReason.Replaced, $"#{second.Number}"), (RunState.AwaitingBoot, null, ""), (RunState.AwaitingBoot, (RunReason?)null, "")],
            runs.Select(r => (r.State, r.Reason, r.Detail)));
    }

    [Fact]
    public async Task A_PC_with_a_new_name_keeps_its_commands_and_a_deleted_one_has_none()
    {
        var (job, _) = await OnBootAsync("sync:1");
        await using (var db = await Databases.CreateDbContextAsync(Ct))
        {
            await db.Hosts.Where(h => h.Name == "lab-pc1").ExecuteUpdateAsync(set => set.SetProperty(h => h.Name, "lab-pc99"), Ct);
            await db.Hosts.Where(h => h.Name == "lab-pc2").ExecuteDeleteAsync(Ct);
        }

        await Waiting.LookAsync(Ct);
        Assert.Equal(["lab-pc10", "lab-pc99"], OnBoot.Keys.Order());
        var (_, runs) = await ReadAsync(job.Id);
        Assert.Equal([RunState.AwaitingBoot, RunState.Failed, RunState.AwaitingBoot], runs.Select(r => r.State));
        Assert.Equal(RunReason.HostGone, runs[1].Reason);
    }

    [Fact]
    public async Task Options_alone_are_done_when_they_were_fetched()
    {
        var made = Assert.IsType<JobOutcome.Created>(await Dispatcher.DispatchAsync(Admin, new JobRequest { Target = "lab-pc1", NoGui = true }, Ct));
        await Portal().Runner.RunAsync(made.Id, Ct);
        await FetchAsync("lab-pc1", HostState.Linbo);
        await Waiting.LookAsync(Ct);
        Assert.Equal((RunState.Done, null), EndOf(await ReadAsync(made.Id)));
    }

    [Fact]
    public async Task Waves_go_on_once_the_wave_before_has_carried_its_commands_out()
    {
        var made = Assert.IsType<JobOutcome.Created>(
            await Dispatcher.DispatchAsync(Admin, new JobRequest { Target = "room:lab", Commands = "sync:1", Way = JobWay.OnBoot, Waves = "1" }, Ct));
        await Portal().Runner.RunAsync(made.Id, Ct);
        Assert.Equal(["lab-pc1"], OnBoot.Keys);
        Assert.Empty(await Portal().Leases.ForgottenAsync(Ct));
        await FetchAsync("lab-pc1", HostState.Linbo);
        AtWork["lab-pc1"] = (false, Log);
        await Waiting.LookAsync(Ct);
        await Waiting.LookAsync(Ct);
        Assert.Equal(made.Id, Assert.Single(await Portal().Leases.ForgottenAsync(Ct)).Id);
        await Portal().Runner.RunAsync(made.Id, Ct);
        Assert.Equal(["lab-pc10", "lab-pc2"], OnBoot.Keys.Order());
    }

    private async Task<(Job Job, List<HostRun> Runs)> OnBootAsync(string commands, string target = "room:lab") =>
        await RunAsync(new JobRequest { Target = target, Commands = commands, Way = JobWay.OnBoot });

    // The runner writes moments by the system's clock, the watch reads the test's: the report is later than both.
    private async Task FetchAsync(string host, HostState state)
    {
        OnBoot.TryRemove(host, out _);
        var at = TimeProvider.System.GetUtcNow() > Time.GetUtcNow() ? TimeProvider.System.GetUtcNow() : Time.GetUtcNow();
        Time.SetUtcNow(at);
        Fetched[host] = at;
        await using var db = await Databases.CreateDbContextAsync(Ct);
        var id = await db.Hosts.Where(h => h.Name == host).Select(h => h.Id).SingleAsync(Ct);
        await db.HostStatuses.Where(s => s.HostId == id).ExecuteDeleteAsync(Ct);
        db.HostStatuses.Add(new HostStatus { HostId = id, State = state, Since = at + TimeSpan.FromSeconds(20), SeenAt = at + TimeSpan.FromSeconds(20) });
        await db.SaveChangesAsync(Ct);
    }

    private static (RunState State, RunReason? Reason) EndOf((Job Job, List<HostRun> Runs) read) => (read.Runs[0].State, read.Runs[0].Reason);
}
