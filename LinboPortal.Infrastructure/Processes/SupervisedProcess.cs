using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LinboPortal.Infrastructure.Processes;

/// <summary>
/// Keeps a program running: starts it, starts it again with growing pauses when it ends, and stops it with a signal, a wait and a kill.
/// It has a session of its own and ends with the portal, also when the portal is killed.
/// </summary>
public sealed partial class SupervisedProcess(ProcessPlan plan, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private int isDisposed;
    private readonly Lock gate = new();
    private Task loop = Task.CompletedTask;
    private Process? current;

    /// <summary>Process id while it runs.</summary>
    public int? ProcessId { get; private set; }

    /// <summary>True while it runs.</summary>
    public bool IsRunning => ProcessId is not null;

    /// <summary>Since when it has been running (UTC); null while it does not.</summary>
    public DateTimeOffset? RunningSince { get; private set; }

    /// <summary>The last line of standard error of any run, where programs say why they ended; empty where there was none.</summary>
    public string LastErrorLine { get; private set; } = "";

    /// <summary>How often it was started again.</summary>
    public int Restarts { get; private set; }

    /// <summary>Starts it. A program that cannot be started is tried again like one that ended.</summary>
    public void Start() => loop = RunAsync(stopping.Token);

    /// <summary>Ends the running process, so that it is started again at once: for a changed configuration.</summary>
    public async Task RestartAsync()
    {
        if (current is { } process)
            await EndAsync(process);
    }

    /// <summary>Asks it to end, waits, and kills it where it does not.</summary>
    public async Task StopAsync()
    {
        await stopping.CancelAsync();
        await loop;
    }

    /// <summary>Sends a signal while it runs.</summary>
    public void Signal(ProcessSignal signal)
    {
        if (ProcessId is { } pid)
            ProcessLauncher.Signal(pid, signal);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Who is registered as itself and as a service is disposed twice.
        if (Interlocked.Exchange(ref isDisposed, 1) != 0)
            return;
        await StopAsync();
        stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        var pause = plan.FirstPause;
        while (!stop.IsCancellationRequested)
        {
            var startedAt = time.GetTimestamp();
            await RunOnceAsync(stop);
            if (stop.IsCancellationRequested)
                return;
            if (time.GetElapsedTime(startedAt) >= plan.GoodRun)
                pause = plan.FirstPause;
            LogRestart(plan.Name, LastErrorLine, pause.TotalSeconds);
            try
            {
                await Task.Delay(pause, time, stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            pause = pause * 2 > plan.LongestPause ? plan.LongestPause : pause * 2;
            Restarts++;
        }
    }

    private async Task RunOnceAsync(CancellationToken stop)
    {
        try
        {
            if (plan.BeforeStart is { } prepare)
                await prepare(stop);
            using var process = await ProcessLauncher.StartAsync(plan);
            process.StandardInput.Close();
            Began(process);
            var lines = Task.WhenAll(ReadAsync(process.StandardOutput, isError: false), ReadAsync(process.StandardError, isError: true));
            await using (stop.Register(() => _ = EndAsync(process)))
                await process.WaitForExitAsync(CancellationToken.None); // EndAsync ends it where the portal stops.

            // Workers that outlive it may hold the pipes open: its own last words arrive at once or not at all.
            await Task.WhenAny(lines, Task.Delay(TimeSpan.FromMilliseconds(200), CancellationToken.None));
            LogEnded(plan.Name, process.ExitCode, LastErrorLine);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception e) when (e is Win32Exception or IOException or InvalidOperationException)
        {
            LastErrorLine = e.Message;
            LogCannotStart(plan.Name, plan.Program, e);
        }
        finally
        {
            Ended();
        }
    }

    private void Began(Process process)
    {
        lock (gate)
        {
            current = process;
            ProcessId = process.Id;
            RunningSince = time.GetUtcNow();
        }

        LogStarted(plan.Name, process.Id);
    }

    private void Ended()
    {
        lock (gate)
        {
            current = null;
            ProcessId = null;
            RunningSince = null;
        }
    }

    private async Task EndAsync(Process process)
    {
        try
        {
            var pid = process.Id;
            ProcessLauncher.Signal(pid, plan.StopSignal);
            using var patience = new CancellationTokenSource(plan.StopTimeout, time);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                LogKilling(plan.Name, pid, plan.StopTimeout.TotalSeconds);
                ProcessLauncher.SignalGroup(pid, ProcessSignal.Kill);
            }
        }
        catch (InvalidOperationException)
        {
            // It ended by itself in between.
        }
    }

    private async Task ReadAsync(StreamReader reader, bool isError)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                if (isError && line.Length > 0)
                    LastErrorLine = line;
                plan.OnLine?.Invoke(line);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The pipe closed with the process.
        }
    }

    [LoggerMessage(LogLevel.Information, "{Program} runs as process {ProcessId}")]
    partial void LogStarted(string program, int processId);

    [LoggerMessage(LogLevel.Information, "{Program} ended with code {ExitCode}: {LastLine}")]
    partial void LogEnded(string program, int exitCode, string lastLine);

    [LoggerMessage(LogLevel.Warning, "{Program} does not run ({LastLine}); starting it again in {Seconds} s")]
    partial void LogRestart(string program, string lastLine, double seconds);

    [LoggerMessage(LogLevel.Warning, "{Program} (process {ProcessId}) did not end within {Seconds} s and is killed")]
    partial void LogKilling(string program, int processId, double seconds);

    [LoggerMessage(LogLevel.Error, "{Program} cannot be started from {Path}")]
    partial void LogCannotStart(string program, string path, Exception exception);
}
