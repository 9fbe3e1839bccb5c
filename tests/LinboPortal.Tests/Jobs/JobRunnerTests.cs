using LinboPortal.Core.Events;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;
using LinboPortal.Testing;

namespace LinboPortal.Tests.Jobs;

public sealed class JobRunnerTests(TestDatabase database) : RunnerRig(database)
{
    private static readonly JobRequest SyncLab = new() { Target = "room:lab", Commands = "sync:1,label" };

    [Fact]
    public async Task Every_PC_of_a_room_does_all_commands_in_their_order_and_its_log_is_kept()
    {
        using var subscription = Events.Subscribe(10_000);
        var (job, runs) = await RunAsync(SyncLab);
        Assert.Equal(JobState.Done, job.State);
        Assert.All(runs, r => Assert.Equal((RunState.Done, 2, null, null), (r.State, r.Command, r.LeaseOwner, r.Deadline)));
        Assert.All(runs, r => Assert.Equal(["sync:1", "label"], Pcs[r.Host].Begun));
        Assert.All(runs, r => Assert.Equal(["gui off", "gui on"], Pcs[r.Host].Acts));
        Assert.Equal("sync:1 ok\nlabel ok\n", await LogAsync(runs[0]));
        var events = Read(subscription);
        Assert.Equal(["job.created", "job.started"], events.Take(2).Select(e => e.Type));
        Assert.Equal(3, Assert.IsType<PortalEvent.JobCompleted>(events.Last(e => e.Type == "job.completed")).Counts.Done);
        Assert.Equal(
            [RunState.Running, RunState.Done],
            events.OfType<PortalEvent.HostProgressed>().Where(e => e.Host == "lab-pc1").Select(e => e.State).Distinct().TakeLast(2));
    }

    [Fact]
    public async Task A_failing_PC_stops_at_its_first_failure_and_does_not_stop_the_room()
    {
        Pcs["lab-pc2"].Script = command => ($"{command} broke\n", 7);
        var (job, runs) = await RunAsync(SyncLab);
        Assert.Equal(JobState.Failed, job.State);
        Assert.Equal([RunState.Done, RunState.Failed, RunState.Done], runs.Select(r => r.State));
        Assert.Equal((RunReason.CommandFailed, "7", 1), (runs[1].Reason, runs[1].Detail, runs[1].Command));
        Assert.Equal(["sync:1"], Pcs["lab-pc2"].Begun);
        Assert.Equal(["gui off", "gui on"], Pcs["lab-pc2"].Acts);
    }

    [Theory]
    [InlineData(LinboClientFailure.Unreachable, RunReason.NotOnline)]
    [InlineData(LinboClientFailure.NotLinbo, RunReason.NotLinbo)]
    [InlineData(LinboClientFailure.KeyRefused, RunReason.KeyRefused)]
    [InlineData(LinboClientFailure.HostKeyChanged, RunReason.HostKeyChanged)]
    internal async Task A_PC_that_cannot_be_reached_says_why(LinboClientFailure failure, RunReason reason)
    {
        Pcs["lab-pc1"].Refusal = failure;
        var (_, runs) = await RunAsync(SyncLab);
        Assert.Equal((failure == LinboClientFailure.NotLinbo ? RunState.Skipped : RunState.Failed, reason), (runs[0].State, runs[0].Reason));
        Assert.Equal(RunState.Done, runs[1].State);
    }

    [Fact]
    public async Task A_broken_line_is_taken_up_where_it_broke_and_nothing_runs_or_is_written_twice()
    {
        var lines = string.Concat(Enumerable.Range(0, 400).Select(i => $"line {i}\n"));
        Pcs["lab-pc1"].Script = _ => (lines, 0);
        foreach (var at in new[] { 0, 17, 1000, 1003, 3000 })
            Pcs["lab-pc1"].Breaks.Enqueue(at);
        var (job, runs) = await RunAsync(new JobRequest { Target = "lab-pc1", Commands = "sync:1" });
        Assert.Equal(JobState.Done, job.State);
        Assert.Equal(lines, await LogAsync(runs[0]));
        Assert.Equal(["sync:1"], Pcs["lab-pc1"].Begun);
    }

    [Fact]
    public async Task A_PC_that_does_not_come_back_has_lost_its_connection()
    {
        Options.Lost = TimeSpan.FromMilliseconds(50);
        Pcs["lab-pc1"].OnBegin = _ => Pcs["lab-pc1"].Refusal = LinboClientFailure.Unreachable;
        var (_, runs) = await RunAsync(new JobRequest { Target = "lab-pc1", Commands = "sync:1" });
        Assert.Equal(RunReason.ConnectionLost, runs[0].Reason);
    }

    [Theory]
    [InlineData("start:1", HostState.Windows)]
    [InlineData("start:2", HostState.Linux)]
    [InlineData("halt", HostState.Off)]
    [InlineData("reboot", HostState.Off)]
    public async Task A_PC_that_leaves_LINBO_as_told_is_done(string command, HostState after)
    {
        Pcs["lab-pc1"].OnBegin = _ =>
        {
            States["10.0.0.1"] = after;
            Pcs["lab-pc1"].Restart(intoLinbo: false);
        };
        var (job, runs) = await RunAsync(new JobRequest { Target = "lab-pc1", Commands = command });
        Assert.Equal((JobState.Done, RunState.Done), (job.State, runs[0].State));
        Assert.Equal([command], Pcs["lab-pc1"].Begun);
    }

    [Fact]
    public async Task A_PC_that_leaves_without_a_word_is_done_too()
    {
        Pcs["lab-pc1"].Script = _ => ("", null);
        Pcs["lab-pc1"].OnBegin = _ => Task.Run(async () =>
        {
            await Pcs["lab-pc1"].Hangs.Task;
            States["10.0.0.1"] = HostState.Off;
            Pcs["lab-pc1"].Restart(intoLinbo: false);
        });
        var (_, runs) = await RunAsync(new JobRequest { Target = "lab-pc1", Commands = "start:1" });
        Assert.Equal(RunState.Done, runs[0].State);
    }

    [Fact]
    public async Task A_PC_that_is_restarted_in_the_middle_of_a_sync_has_failed()
    {
        Pcs["lab-pc1"].OnBegin = _ => Pcs["lab-pc1"].Restart();
        var (_, runs) = await RunAsync(new JobRequest { Target = "lab-pc1", Commands = "sync:1,start:1" });
        Assert.Equal((RunState.Failed, RunReason.Restarted, 1), (runs[0].State, runs[0].Reason, runs[0].Command));
        Assert.Equal(["sync:1"], Pcs["lab-pc1"].Begun);
    }

    [Fact]
    public async Task What_takes_too_long_is_ended_on_the_PC_too()
    {
        Options.CommandDeadline = TimeSpan.FromMilliseconds(200);
        Pcs["lab-pc1"].Script = _ => ("working\n", null);
        var (_, runs) = await RunAsync(new JobRequest { Target = "lab-pc1", Commands = "label" });
        Assert.Equal(RunReason.TookTooLong, runs[0].Reason);
        Assert.Equal([$"{runs[0].Id:N}-1"], Pcs["lab-pc1"].Stopped);
    }

    [Fact]
    public async Task A_wave_with_a_failure_is_the_last_one()
    {
        Pcs["lab-pc2"].Script = _ => ("", 1);
        var (job, runs) = await RunAsync(SyncLab with { Waves = "1,1" });
        Assert.Equal(JobState.Failed, job.State);
        Assert.Equal([RunState.Done, RunState.Failed, RunState.Skipped], runs.Select(r => r.State));
        Assert.Equal(RunReason.WaveFailed, runs[2].Reason);
        Assert.Empty(Pcs["lab-pc10"].Begun);
    }

    [Fact]
    public async Task The_log_of_megabytes_keeps_its_beginning_and_its_end()
    {
        var output = string.Concat(Enumerable.Range(0, 30_000).Select(i => $"{i:D8} and some more\n"));
        Pcs["lab-pc1"].Script = _ => (output, 0);
        var (_, runs) = await RunAsync(new JobRequest { Target = "lab-pc1", Commands = "sync:1" });
        var log = await LogAsync(runs[0]);
        Assert.StartsWith("00000000 and", log, StringComparison.Ordinal);
        Assert.EndsWith("00029999 and some more\n", log, StringComparison.Ordinal);
        Assert.InRange(log.Length, 2 * 8 * 1024, 5 * 8 * 1024);
        Assert.Equal(output.Length, runs[0].Offset);
    }

    [Fact]
    public async Task Progress_is_read_and_the_password_is_not_seen()
    {
        Pcs["lab-pc1"].Script = _ => ("login linbo:geheim geheim\n    (42.50/100%)\r    (43.00/100%)\r", null);
        Options.CommandDeadline = TimeSpan.FromSeconds(3); // time enough to read what it printed
        var (_, runs) = await RunAsync(new JobRequest { Target = "lab-pc1", Commands = "label" });
        Assert.Equal(42.5, runs[0].Percent);
        Assert.DoesNotContain("geheim", await LogAsync(runs[0]) + runs[0].LastLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_silent_client_does_not_tell_the_server_tells()
    {
        Pcs["lab-pc1"].Script = _ => ("downloading\n", null);
        Served["10.0.0.1"] = new LinboPortal.Jobs.Running.ServedBytes(250, 1000);
        Options.ImageDeadline = TimeSpan.FromSeconds(4); // time enough to ask the server
        var (_, runs) = await RunAsync(new JobRequest { Target = "lab-pc1", Commands = "sync:1" });
        Assert.Equal(25, runs[0].Percent);
    }

    [Fact]
    public async Task A_PC_whose_host_was_deleted_is_told_as_such()
    {
        var made = await CreatedAsync("lab-pc1", "sync:1");
        await using (var db = await Databases.CreateDbContextAsync(Ct))
        {
            db.Hosts.Remove(db.Hosts.Single(h => h.Name == "lab-pc1"));
            await db.SaveChangesAsync(Ct);
        }

        await Portal().Runner.RunAsync(made.Id, Ct);
        Assert.Equal(RunReason.HostGone, (await RunsAsync(made.Id))[0].Reason);
    }
}
