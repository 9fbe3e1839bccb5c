using System.Collections.Concurrent;
using System.Net;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using LinboPortal.Jobs;
using LinboPortal.Infrastructure.Remote;
using LinboPortal.Jobs.Running;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace LinboPortal.Tests.Jobs;

/// <summary>Jobs that run: on a real database, with PCs in memory.</summary>
public abstract class RunnerRig(TestDatabase database) : JobUseCases(database)
{
    private protected const string Home = "home";

    private readonly TestDatabase database = database;

    private protected FakeLinbo Pcs { get; } = new();

    /// <summary>What the ports of a PC say; Linbo where nothing else was said.</summary>
    private protected ConcurrentDictionary<string, HostState> States { get; } = new();

    private protected ConcurrentQueue<string> Woken { get; } = new();

    /// <summary>The file for the next boot, by host.</summary>
    private protected ConcurrentDictionary<string, string> OnBoot { get; } = new();

    /// <summary>When rsync reported that a PC fetched its file.</summary>
    private protected ConcurrentDictionary<string, DateTimeOffset> Fetched { get; } = new();

    /// <summary>Whether LINBO on a PC runs a command by itself, and its log.</summary>
    private protected ConcurrentDictionary<string, (bool IsBusy, string Log)> AtWork { get; } = new();

    /// <summary>Logs that PCs handed over.</summary>
    private protected ConcurrentDictionary<string, (DateTimeOffset At, string Text)> Handed { get; } = new();

    /// <summary>What Windows and Linux were told.</summary>
    private protected ConcurrentQueue<string> Told { get; } = new();

    private protected Func<string, (SystemAnswer Answer, string Detail)> OnTell { get; set; } = _ => (SystemAnswer.Taken, "");

    /// <summary>What the server sends, by address.</summary>
    private protected ConcurrentDictionary<string, ServedBytes> Served { get; } = new();

    private protected HashSet<string> Uploads { get; } = [];

    private protected Action<string> OnWake { get; set; } = _ => { };

    private protected JobsOptions Options { get; } = new()
    {
        Connect = TimeSpan.FromSeconds(5),
        Lost = TimeSpan.FromSeconds(5),
        BackOff = TimeSpan.FromMilliseconds(10),
        Leave = TimeSpan.FromMilliseconds(100),
        WakePoll = TimeSpan.FromMilliseconds(50),
        UploadSettle = TimeSpan.Zero,
        LogKiB = 8,
    };

    /// <summary>A portal of its own on the same database.</summary>
    private protected (JobRunner Runner, RunLeases Leases) Portal(string home = Home)
    {
        var options = Microsoft.Extensions.Options.Options.Create(Options);
        var identity = new PortalIdentity(home);
        var time = TimeProvider.System;
        var writer = new RunWriter(database.Source, identity, new KeptLog(Options.LogKiB * 1024L), time, NullLogger<RunWriter>.Instance);
        var tools = Tools;
        var kit = new RunKit(tools, writer, new RunLimits(options), new TransferWatch(tools, writer, time, NullLogger<TransferWatch>.Instance), options, time);
        var leases = new RunLeases(Databases, identity, Cancellations, options, time);
        var worker = new HostWorker(kit, new DirectWay(Databases), Waiting, NullLogger<HostWorker>.Instance);
        return (new JobRunner(Databases, worker, new JobEnding(Databases, Events, time), leases, new JobEvents(Events, time)), leases);
    }

    private protected override OnBootRuns Waiting => onBootRuns ??= new OnBootRuns(
        Databases, new OnBootWatch(Tools, Microsoft.Extensions.Options.Options.Create(Options), Time), new JobEnding(Databases, Events, Time), Events);

    private OnBootRuns? onBootRuns;

    private RunTools Tools => new()
    {
        Client = Pcs,
        LookAsync = (address, _) => Task.FromResult(States.GetValueOrDefault(address.ToString(), HostState.Linbo)),
        WakeAsync = (host, broadcast, _) =>
        {
            Woken.Enqueue(broadcast ? host.Name + " broadcast" : host.Name);
            OnWake(host.Name);
            return Task.FromResult("");
        },
        WriteOnBootAsync = (host, file, _) =>
        {
            OnBoot[host.Name] = file.Write("geheim");
            return Task.CompletedTask;
        },
        RemoveOnBoot = host => OnBoot.TryRemove(host.Name, out _),
        IsOnBootThere = host => OnBoot.ContainsKey(host.Name),
        RenameOnBoot = (from, to) => OnBoot.TryRemove(from, out var text) && OnBoot.TryAdd(to, text),
        FetchedAtAsync = (_, host, since, _) => Task.FromResult(Fetched.TryGetValue(host, out var at) && at >= since ? at : (DateTimeOffset?)null),
        AskLinboAsync = (address, _) => Task.FromResult(AtWork.TryGetValue(address.Host, out var answer) ? answer : ((bool, string)?)null),
        HandedLogAsync = (host, since, _) => Task.FromResult(Handed.TryGetValue(host, out var log) && log.At >= since ? log.Text : null),
        TellSystemAsync = (address, command, _) =>
        {
            Told.Enqueue($"{address.Host} {address.System} {address.User}:{address.Port} {command}");
            return Task.FromResult(OnTell(address.Host));
        },
        HasUploadAsync = (_, image, _, _) => Task.FromResult(Uploads.Contains(image)),
        Downloads = () => Served.ToDictionary(s => IPAddress.Parse(s.Key), s => s.Value),
        Secret = () => "geheim",
    };

    private protected async Task<(Job Job, List<HostRun> Runs)> RunAsync(JobRequest request)
    {
        var made = Assert.IsType<JobOutcome.Created>(await Dispatcher.DispatchAsync(Admin, request with { Confirmed = true }, Ct));
        await Portal().Runner.RunAsync(made.Id, Ct);
        return await ReadAsync(made.Id);
    }

    private protected async Task<(Job Job, List<HostRun> Runs)> ReadAsync(Guid id)
    {
        await using var db = await Databases.CreateDbContextAsync(Ct);
        return (await db.Jobs.SingleAsync(j => j.Id == id, Ct), await RunsAsync(id));
    }

    private protected async Task<string> LogAsync(HostRun run) =>
        string.Concat((await Sight.LogAsync(Admin, run.Id, null, 10_000, Ct))!.Select(p => p.Text));

    private protected async Task ChangeAsync(Guid run, Action<HostRun> change)
    {
        await using var db = await Databases.CreateDbContextAsync(Ct);
        change(await db.HostRuns.AsTracking().SingleAsync(r => r.Id == run, Ct));
        await db.SaveChangesAsync(Ct);
    }
}
