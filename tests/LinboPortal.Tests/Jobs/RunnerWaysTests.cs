using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;
using LinboPortal.Testing;

namespace LinboPortal.Tests.Jobs;

/// <summary>Waking, the next boot, uploads.</summary>
public sealed class RunnerWaysTests(TestDatabase database) : RunnerRig(database)
{
    [Fact]
    public async Task PCs_are_woken_and_work_as_soon_as_LINBO_answers()
    {
        States["10.0.0.1"] = States["10.0.0.2"] = HostState.Off;
        OnWake = host => States[host == "lab-pc1" ? "10.0.0.1" : "10.0.0.2"] = HostState.Linbo;
        var (job, runs) = await RunAsync(new JobRequest
        {
            Target = "room:lab",
            Commands = "sync:1",
            Wake = TimeSpan.FromMinutes(5),
            Broadcast = true,
            Between = TimeSpan.FromMilliseconds(1),
        });
        Assert.Equal(JobState.Done, job.State);
        Assert.Equal(["lab-pc1 broadcast", "lab-pc2 broadcast"], Woken.Order()); // lab-pc10 was on
        Assert.All(runs, r => Assert.Equal(["sync:1"], Pcs[r.Host].Begun));
    }

    [Fact]
    public async Task A_PC_that_does_not_come_up_is_left_and_one_that_runs_Windows_is_named_so()
    {
        (States["10.0.0.1"], States["10.0.0.2"]) = (HostState.Off, HostState.Windows);
        var (_, runs) = await RunAsync(new JobRequest { Target = "room:lab", Wake = TimeSpan.FromMilliseconds(100) });
        Assert.Equal([RunReason.NotAwake, RunReason.NotLinbo, null], runs.Select(r => r.Reason));
        Assert.Equal([RunState.Failed, RunState.Skipped, RunState.Done], runs.Select(r => r.State));
        Assert.Equal(["lab-pc1"], Woken);
        Assert.Empty(Pcs.Begun);
    }

    [Fact]
    public async Task A_PC_that_was_woken_gets_time_until_its_SSH_is_ready()
    {
        Pcs["lab-pc1"].Refusal = LinboClientFailure.NotLinbo;
        States["10.0.0.1"] = HostState.Off;
        OnWake = host =>
        {
            States["10.0.0.1"] = HostState.Linbo;
            _ = Task.Run(async () =>
            {
                await Wait.UntilAsync("the PC was asked twice", () => Pcs["lab-pc1"].Knocks >= 2);
                Pcs["lab-pc1"].Refusal = null;
            });
        };
        var (job, _) = await RunAsync(new JobRequest { Target = "lab-pc1", Commands = "sync:1", Wake = TimeSpan.FromMinutes(5) });
        Assert.Equal(JobState.Done, job.State);
    }

    [Fact]
    public async Task Options_for_the_next_boot_are_there_while_a_PC_is_woken_and_gone_afterwards()
    {
        var seen = "";
        States["10.0.0.1"] = HostState.Off;
        OnWake = host =>
        {
            seen = OnBoot[host];
            States["10.0.0.1"] = HostState.Linbo;
        };
        await RunAsync(new JobRequest { Target = "lab-pc1", Commands = "sync:1", Wake = TimeSpan.FromMinutes(5), NoAuto = true, NoGui = true });
        Assert.Equal("noauto,disablegui", seen);
        Assert.Empty(OnBoot);
    }

    [Fact]
    public async Task The_file_for_the_next_boot_waits_for_the_PC()
    {
        var (job, runs) = await RunAsync(new JobRequest { Target = "room:lab", Commands = "sync:1,start:1", Way = JobWay.OnBoot, NoAuto = true });
        Assert.Equal((JobState.AwaitingBoot, RunState.AwaitingBoot, null), (job.State, runs[0].State, runs[0].LeaseOwner));
        Assert.Equal("sync:1,start:1,noauto", OnBoot["lab-pc1"]);
        Assert.Equal(3, OnBoot.Count);
        Assert.Empty(await Portal().Leases.ForgottenAsync(Ct));
        Assert.Empty(Pcs.Begun);
    }

    [Fact]
    public async Task A_PC_that_is_on_is_restarted_for_it_one_that_is_off_is_woken_and_what_nobody_fetched_is_taken_back()
    {
        Pcs["lab-pc1"].OnBegin = _ => OnBoot.TryRemove("lab-pc1", out var fetched);
        (States["10.0.0.2"], States["10.0.0.10"]) = (HostState.Off, HostState.Off);
        OnWake = host =>
        {
            if (host == "lab-pc2")
                OnBoot.TryRemove(host, out _);
        };
        var (_, runs) = await RunAsync(new JobRequest { Target = "room:lab", Commands = "sync:1", Way = JobWay.OnBoot, Wake = TimeSpan.FromSeconds(2) });
        Assert.Equal(["lab-pc1 reboot"], Pcs.Begun);
        Assert.Equal(["lab-pc10", "lab-pc2"], Woken.Order());
        Assert.Equal([null, null, RunReason.NotFetched], runs.Select(r => r.Reason));
        Assert.Equal([RunState.AwaitingBoot, RunState.AwaitingBoot, RunState.Failed], runs.Select(r => r.State));
        Assert.Empty(OnBoot);
    }

    [Fact]
    public async Task PCs_that_are_woken_without_a_wait_keep_the_commands_for_their_boot_until_they_fetch_them()
    {
        States["10.0.0.1"] = HostState.Off;
        var (_, runs) = await RunAsync(new JobRequest { Target = "lab-pc1", Commands = "sync:1,halt", Way = JobWay.OnBoot, Wake = TimeSpan.Zero });
        Assert.Equal(["lab-pc1"], Woken);
        Assert.Equal("sync:1,halt", OnBoot["lab-pc1"]);
        Assert.Null(Assert.Single(runs).Reason);
    }

    [Fact]
    public async Task An_upload_is_believed_only_when_the_server_has_the_file()
    {
        var request = new JobRequest { Target = "lab-pc1", Commands = "upload_image:1" };
        var (_, runs) = await RunAsync(request);
        Assert.Equal((RunState.Failed, RunReason.UploadMissing, "win.qcow2"), (runs[0].State, runs[0].Reason, runs[0].Detail));
        Uploads.Add("win.qcow2");
        (_, runs) = await RunAsync(request);
        Assert.Equal(RunState.Done, runs[0].State);
        Assert.Equal(["gui off", "password", "password back", "gui on", "gui off", "password", "password back", "gui on"], Pcs["lab-pc1"].Acts);
    }

    [Fact]
    public async Task A_command_that_the_PCs_LINBO_does_not_know_is_refused_in_its_words()
    {
        Pcs["lab-pc1"].Script = _ => ("LINBO 4.2.16 does not know postsync\n", 127);
        var (_, runs) = await RunAsync(new JobRequest { Target = "lab-pc1", Commands = "postsync:1" });
        Assert.Equal((RunState.Failed, RunReason.CommandUnknown, "LINBO 4.2.16 does not know postsync"), (runs[0].State, runs[0].Reason, runs[0].Detail));
    }
}
