using System.Collections.Concurrent;
using System.Diagnostics;
using LinboPortal.Infrastructure.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace LinboPortal.Infrastructure.Tests.Processes;

public sealed class SupervisedProcessTests
{
    private static ProcessPlan Shell(string script) =>
        new("test", "/bin/sh", ["-c", script]) { FirstPause = TimeSpan.FromMilliseconds(50), StopTimeout = TimeSpan.FromSeconds(1) };

    private static SupervisedProcess Supervise(ProcessPlan plan) => new(plan, TimeProvider.System, NullLogger.Instance);

    private static bool Exists(int pid) => Directory.Exists($"/proc/{pid}") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);

    [Fact]
    public async Task A_program_that_ends_is_started_again_and_its_last_words_are_kept()
    {
        await using var process = Supervise(Shell("echo starting; echo 'address already in use' >&2; exit 1"));
        process.Start();
        await Wait.UntilAsync("it was started again twice", () => process.Restarts >= 2 && process.LastErrorLine.Length > 0);
        Assert.Equal("address already in use", process.LastErrorLine);
    }

    [Fact]
    public async Task A_killed_program_comes_back_with_another_process_id()
    {
        await using var process = Supervise(Shell("exec sleep 1000"));
        process.Start();
        await Wait.UntilAsync("it runs", () => process.IsRunning);
        var first = process.ProcessId!.Value;
        process.Signal(ProcessSignal.Kill);
        await Wait.UntilAsync("it is back", () => process.IsRunning && process.ProcessId != first);
    }

    [Fact]
    public async Task Stopping_ends_it()
    {
        var process = Supervise(Shell("exec sleep 1000"));
        process.Start();
        await Wait.UntilAsync("it runs", () => process.IsRunning);
        var pid = process.ProcessId!.Value;
        await process.StopAsync();
        Assert.False(process.IsRunning);
        Assert.False(Exists(pid));
    }

    [Fact]
    public async Task A_program_that_ignores_the_signal_is_killed_with_its_children()
    {
        var lines = new ConcurrentQueue<string>();
        var process = Supervise(Shell("trap '' TERM; sleep 1000 & echo $!; while :; do sleep 0.1; done") with { OnLine = lines.Enqueue });
        process.Start();
        await Wait.UntilAsync("it has begun", () => !lines.IsEmpty);
        var clock = Stopwatch.StartNew();
        await process.StopAsync();
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(0.5), Wait.Limit);
        await Wait.UntilAsync("its child is gone", () => !Exists(int.Parse(lines.First(), System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task It_has_a_session_of_its_own_so_that_the_terminal_s_Ctrl_C_does_not_reach_it()
    {
        await using var process = Supervise(Shell("exec sleep 1000"));
        process.Start();
        await Wait.UntilAsync("sleep runs", () => process.IsRunning && File.ReadAllText($"/proc/{process.ProcessId}/comm") == "sleep\n");
        var fields = (await File.ReadAllTextAsync($"/proc/{process.ProcessId}/stat", TestContext.Current.CancellationToken)).Split(") ")[1].Split(' ');
        Assert.Equal($"{process.ProcessId}", fields[3]);
    }

    [Fact]
    public async Task It_outlives_the_pool_thread_that_asked_for_it()
    {
        var lines = new ConcurrentQueue<string>();
        await using var process = Supervise(Shell("while :; do echo alive; sleep 0.05; done") with { OnLine = lines.Enqueue });
        var task = "";
        var thread = new Thread(() =>
        {
            task = Path.GetFileName(new FileInfo("/proc/thread-self").LinkTarget!);
            process.Start();
        });
        thread.Start();
        Assert.True(thread.Join(Wait.Limit));
        await Wait.UntilAsync("the thread is gone", () => !Directory.Exists("/proc/self/task/" + task));
        await Wait.UntilAsync("it has begun", () => !lines.IsEmpty);
        // The kernel would have killed it with the thread: what was killed says nothing more.
        var (first, said) = (process.ProcessId, lines.Count);
        await Wait.UntilAsync("it goes on", () => lines.Count > said + 3);
        Assert.Equal((first, 0), (process.ProcessId, process.Restarts));
    }

    [Fact]
    public async Task A_missing_program_is_said_so_and_tried_again()
    {
        await using var process = Supervise(new ProcessPlan("test", "/no/such/program", []) { FirstPause = TimeSpan.FromMilliseconds(20) });
        process.Start();
        await Wait.UntilAsync("it is tried again", () => process is { Restarts: > 0, IsRunning: false });
        Assert.Contains("No such file", process.LastErrorLine, StringComparison.Ordinal);
    }
}
