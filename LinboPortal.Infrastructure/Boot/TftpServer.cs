using System.Threading.Channels;
using LinboPortal.Core.Boot;
using LinboPortal.Infrastructure.Boot.Tftp;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Boot;

/// <summary>
/// The TFTP server (RFC 1350, 2347, 2348, 2349, 7440), read only. It binds while the portal starts, serves on a thread of its own, and reports every
/// transfer, also those that came to nothing, and writes one line about it.
/// </summary>
public sealed partial class TftpServer(
    LinboTree.LinboTree tree, Action<BootObservation> report, IOptions<TftpOptions> options, TimeProvider time, ILogger<TftpServer> log) : IHostedService, IDisposable
{
    private const int BrokenLinesOfMinute = 10;

    // Logging may have to wait for a console; the engine never does.
    private readonly Channel<BootObservation> reports = Channel.CreateBounded<BootObservation>(
        new BoundedChannelOptions(16384) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SocketSet? sockets;
    private TftpEngine? engine;
    private bool disposed;
    private Task reporting = Task.CompletedTask;
    private readonly LineLimit refusals = new(20, 200, time);
    private readonly LineLimit transfers = new(300, 2000, time);
    private long brokenSince;
    private int brokenLines;

    /// <summary>The bound port; 0 while it does not serve.</summary>
    public int Port => sockets?.Port ?? 0;

    /// <summary>True from the start to the end of the thread that serves.</summary>
    public bool IsServing => engine is not null && !ended.Task.IsCompleted;

    /// <summary>True where the settings leave TFTP to another program.</summary>
    public bool IsDisabled => !options.Value.Enabled;

    /// <summary>What happened so far.</summary>
    public TftpCounters Counters => engine?.Counters ?? new(0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (IsDisabled)
            return Task.CompletedTask;
        sockets = SocketSet.Open(options.Value);
        engine = new TftpEngine(sockets, tree, options.Value, time, seen => reports.Writer.TryWrite(seen), Broke);
        reporting = ReportAsync();
        new Thread(Serve) { IsBackground = true, Name = "TFTP" }.Start();
        LogServing(Port, string.Join(", ", sockets.All.Select(s => s.Port).Distinct().Where(p => p != Port)));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (engine is null)
            return;
        engine.Stop();
        // Not by the host's time for all parts: PCs that load their kernel get theirs, and the engine bounds it.
        await ended.Task.WaitAsync(options.Value.StopGrace + TimeSpan.FromSeconds(5), CancellationToken.None);
        reports.Writer.TryComplete();
        await reporting.WaitAsync(TimeSpan.FromSeconds(5), CancellationToken.None); // bounded by what waits in it
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Memory that a running thread uses stays until the process ends. The container calls twice: once for the service, once for the hosted one.
        if (engine is null || !ended.Task.IsCompleted || Interlocked.Exchange(ref disposed, true))
            return;
        engine.Dispose();
        sockets?.Dispose();
    }

    private void Serve()
    {
        try
        {
            engine!.Run();
        }
        finally
        {
            ended.TrySetResult();
        }
    }

    private async Task ReportAsync()
    {
        await foreach (var seen in reports.Reader.ReadAllAsync(CancellationToken.None)) // ends with the channel
        {
            report(seen);
            var isRefusal = seen.Outcome is BootStepOutcome.Refused or BootStepOutcome.NotFound;
            var isShown = (isRefusal ? refusals : transfers).Allows(seen.Client, out var leftOut);
            if (leftOut is not null)
                LogLeftOut(leftOut.Count, isRefusal ? "refusals" : "transfers", leftOut.OfMost, leftOut.Most);
            if (!isShown)
                continue;
            LogTransfer(
                seen.Outcome is BootStepOutcome.Failed or BootStepOutcome.Refused ? LogLevel.Warning : LogLevel.Information, seen.Outcome, seen.Path, seen.Client, seen.Bytes,
                Math.Round(seen.Duration.TotalSeconds, 3), seen.Retransmits, seen.Detail);
        }
    }

    // One packet can break something; a million of them must not fill the disk with it.
    private void Broke(Exception exception)
    {
        if (brokenLines == 0 || time.GetElapsedTime(brokenSince) > TimeSpan.FromMinutes(1))
            (brokenSince, brokenLines) = (time.GetTimestamp(), 0);
        if (brokenLines++ < BrokenLinesOfMinute)
            LogBroken(exception);
    }

    [LoggerMessage(LogLevel.Information, "TFTP on UDP port {Port}, files from ports {Ports}")]
    private partial void LogServing(int port, string ports);

    [LoggerMessage("TFTP {Outcome} {File} to {Address}: {Bytes} bytes, {Seconds} s, {Retransmits} sent again {Detail}")]
    private partial void LogTransfer(
        LogLevel level, BootStepOutcome outcome, string file, System.Net.IPAddress? address, long bytes, double seconds, int retransmits, string? detail);

    [LoggerMessage(LogLevel.Warning, "TFTP: at least {Count} more {Kind} within a minute are not listed here; most of that minute, {Most}, were for {Address}")]
    private partial void LogLeftOut(int count, string kind, int most, System.Net.IPAddress address);

    [LoggerMessage(LogLevel.Error, "A TFTP packet could not be handled")]
    private partial void LogBroken(Exception exception);
}
