using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using LinboPortal.Infrastructure.Processes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>
/// Runs <c>rsync --daemon</c>: writes its configuration, starts it, starts it again, ends it. Where it cannot run the portal does, and
/// <see cref="Problem"/> says what to do.
/// </summary>
public sealed partial class RsyncDaemon : IHostedService, IAsyncDisposable
{
    private static readonly Version Oldest = new(3, 2);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(2);

    private readonly RsyncOptions options;
    private readonly RsyncFolder folder;
    private readonly RsyncLog log;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly RsyncSetup setup;
    private SupervisedProcess? process;

    internal RsyncDaemon(IOptions<RsyncOptions> options, RsyncSetup setup, RsyncLog log, TimeProvider time, ILogger<RsyncDaemon> logger)
    {
        (this.options, this.setup, this.log, this.time, this.logger) = (options.Value, setup, log, time, logger);
        folder = setup.Folder;
    }

    /// <summary>What hinders it, in one sentence with the remedy; empty where all is well.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>False where the settings switch it off.</summary>
    public bool IsEnabled => options.Enabled;

    /// <summary>Where an external one answers.</summary>
    public string Host => options.Host;

    /// <summary>True where another container or machine runs it.</summary>
    public bool IsExternal => options.IsExternal;

    /// <summary>True while it runs and has its port.</summary>
    public bool IsServing => process is { IsRunning: true } && Problem.Length == 0;

    /// <summary>The TCP port.</summary>
    public int Port => options.Port;

    /// <summary>Version of the program; empty while unknown.</summary>
    public string Version { get; private set; } = "";

    /// <summary>Process id while it runs.</summary>
    public int? ProcessId => process?.ProcessId;

    /// <summary>The program; another one in tests.</summary>
    internal string? Program { get; init; } = Programs.Find("rsync");

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.Enabled)
            return;
        setup.Write(options);
        if (IsExternal)
            return;
        if (await CheckProgramAsync(cancellationToken) is { Length: > 0 } problem)
        {
            Problem = problem;
            LogProblem(problem);
            return;
        }

        process = new SupervisedProcess(
            new ProcessPlan("rsync", Program!, ["--daemon", "--no-detach", $"--config={folder.Config}"])
            {
                BeforeStart = _ => { Problem = ""; return Task.CompletedTask; },
                OnLine = Take,
                LongestPause = TimeSpan.FromSeconds(10),
            },
            time, logger);
        process.Start();
        await ServesAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (process is null)
            return;
        var pid = process.ProcessId;
        await process.StopAsync();
        // Its workers carry on with their transfers by themselves: an update of LINBO may last long, the portal's end may not.
        if (pid is { } session)
            ProcessLauncher.SignalGroup(session, ProcessSignal.Terminate);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await process.DisposeAsync();
    }

    private async Task<string> CheckProgramAsync(CancellationToken ct)
    {
        if (Program is null)
            return "rsync is not installed, so that PCs get no start.conf and no images: apt-get install rsync, then start the portal again";
        try
        {
            var result = await new ProgramRun(Program, ["--version"]).RunAsync(ct);
            Version = VersionText().Match(result.Output).Groups["version"].Value;
            return System.Version.TryParse(Version, out var version) && version >= Oldest
                ? ""
                : $"{Program} is version {(Version.Length > 0 ? Version : "(unknown)")}, and {Oldest} or newer is needed: install a newer rsync";
        }
        catch (ProgramFailedException e)
        {
            return $"rsync cannot be used: {e.Message}";
        }
    }

    /// <summary>rsync says "listening" before it has the port: only a connection tells.</summary>
    private async Task ServesAsync(CancellationToken ct)
    {
        var start = time.GetTimestamp();
        while (time.GetElapsedTime(start) < FirstWait && Problem.Length == 0)
        {
            if (process!.IsRunning && await AnswersAsync(ct))
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, ct);
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken ct)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, options.Port), ct);
            // Another program may have had the port already; the daemon says so at once.
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, ct);
            return Problem.Length == 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Take(string line)
    {
        if (log.Take(line))
            return;
        if (line.Contains("bind() failed: ", StringComparison.Ordinal) && Problem.Length == 0)
        {
            Problem = line.Contains("Permission denied", StringComparison.Ordinal)
                ? $"Port {options.Port} (Distribution:Rsync:Port) needs root: start the portal as root or set a port above 1024"
                : $"Port {options.Port} (Distribution:Rsync:Port) is taken by another program, perhaps a system-wide rsync daemon: end it " +
                    "(systemctl disable --now rsync) or set another port. The portal tries again by itself";
            LogProblem(Problem);
        }

        LogLine(Printable(line));
    }

    private static string Printable(string line) => string.Concat(line.Select(c => char.IsControl(c) ? '?' : c));

    [GeneratedRegex(@"version (?<version>\d+\.\d+(\.\d+)?)")]
    private static partial Regex VersionText();

    [LoggerMessage(LogLevel.Error, "{Problem}")]
    partial void LogProblem(string problem);

    [LoggerMessage(LogLevel.Debug, "rsync: {Line}")]
    partial void LogLine(string line);
}
