using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Groups;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Distribution;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Processes;
using LinboPortal.Infrastructure.Remote;
using LinboPortal.Infrastructure.Tests.Images;
using LinboPortal.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Files = LinboPortal.Infrastructure.LinboTree.LinboTree;

namespace LinboPortal.Infrastructure.Tests.Distribution;

/// <summary>The real daemon and hooks on a tree and port of its own; clients are rsync with an address of 127.0.0.0/8 each.</summary>
internal sealed class RsyncRig : IAsyncDisposable
{
    public const string Password = "Kreide;$(touch /tmp/no)'\"";

    private readonly TestDatabase database;
    private readonly SshLogin login;
    private readonly SshConnections connections;
    private RsyncHooks? hooks;

    private RsyncRig(TestDatabase database, int port, string? root, int reserve, string? portalUrl = null, TorrentMaker? torrents = null)
    {
        this.database = database;
        Port = port;
        var images = Microsoft.Extensions.Options.Options.Create(new ImagesOptions { ReserveMegabytes = reserve });
        var portal = Microsoft.Extensions.Options.Options.Create(new PortalOptions { DataDirectory = Folder.At("da'ta dir"), ServerAddress = "127.0.0.1" });
        var linbo = Microsoft.Extensions.Options.Options.Create(new LinboOptions { Password = Password });
        Tree = new Files(root ?? Folder.At("tree"), Folder.At("config"), Folder.At("logs"));
        TreeDirectories.Ensure(Tree);
        Secret = new LinboPassword(linbo, portal);
        Setup = new RsyncSetup(Tree, Secret, portal, images, TimeProvider.System);
        Ssh = new SshOptions { Port = FreePort.Take(), ConnectSeconds = 30 };
        Key = new InstallationKey(Tree, NullLogger<InstallationKey>.Instance);
        login = new SshLogin(Key, new HostKeyPins(database.Databases, TimeProvider.System), new KnownHostKeys(Tree), Microsoft.Extensions.Options.Options.Create(Ssh), TimeProvider.System);
        connections = new SshConnections(login, Microsoft.Extensions.Options.Options.Create(Ssh), TimeProvider.System);
        Images = new ImageRig(database, Tree, Setup.Uploads, images, new ClientFiles(connections), torrents);
        Log = new RsyncLog(TimeProvider.System);
        Options = portalUrl is null ? new RsyncOptions { Port = port } : new RsyncOptions { Port = port, Mode = RsyncMode.External, PortalUrl = portalUrl };
        Daemon = new RsyncDaemon(Microsoft.Extensions.Options.Options.Create(Options), Setup, Log, TimeProvider.System, NullLogger<RsyncDaemon>.Instance);
    }

    public TemporaryFolder Folder { get; } = new();

    /// <summary>Between two call-backs for the same file; none, so that tests ask as often as they like.</summary>
    public TimeSpan CallBackPause { get; init; }

    public int Port { get; }

    public Files Tree { get; }

    public LinboPassword Secret { get; }

    /// <summary>LINBO's configuration directory: the host keys that lie there are known.</summary>
    public string Config => Tree.ConfigDirectory;

    public RsyncSetup Setup { get; }

    public RsyncOptions Options { get; }

    public RsyncHooks Hooks => hooks!;

    public SshOptions Ssh { get; }

    public InstallationKey Key { get; }

    public RsyncLog Log { get; }

    public RsyncDaemon Daemon { get; }

    public ImageRig Images { get; }

    public SshConnections Connections => connections;

    public ClientLogs Logs => field ??= new ClientLogs(Tree, Secret);

    public ConcurrentQueue<BootObservation> Seen { get; } = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<RsyncRig> StartAsync(TestDatabase database, string? root = null, int reserve = 0, TorrentMaker? torrents = null, TimeSpan callBackPause = default, Action<RsyncOptions>? configure = null)
    {
        var rig = new RsyncRig(database, FreePort.Take(), root, reserve, torrents: torrents) { CallBackPause = callBackPause };
        configure?.Invoke(rig.Options);
        await rig.Key.EnsureAsync(Ct);
        await rig.Images.StartAsync();
        await rig.Daemon.StartAsync(Ct);
        Assert.Equal("", rig.Daemon.Problem);
        await rig.OpenUploadsAsync();
        await rig.StartHooksAsync();
        return rig;
    }

    /// <summary>All but the daemon, which is somebody else's; its hook asks at that address.</summary>
    public static async Task<RsyncRig> StartExternalAsync(TestDatabase database, string portalUrl)
    {
        var rig = new RsyncRig(database, FreePort.Take(), null, 0, portalUrl);
        await rig.Key.EnsureAsync(Ct);
        await rig.Images.StartAsync();
        await rig.Daemon.StartAsync(Ct);
        Assert.Null(rig.Daemon.ProcessId);
        await rig.OpenUploadsAsync();
        await rig.StartHooksAsync();
        return rig;
    }

    public async Task StartHooksAsync()
    {
        var answers = new RsyncAnswers(
            Tree, new AskingHosts(database.Databases, TimeProvider.System), new ClientFiles(connections), Logs, Images.Desk,
            new RegistryPatches(Tree, Microsoft.Extensions.Options.Options.Create(new LinboOptions()), Microsoft.Extensions.Options.Options.Create(new Infrastructure.Boot.DhcpOptions())),
            new ClientCallBacks(TimeProvider.System) { Pause = CallBackPause }, TimeProvider.System);
        hooks = new RsyncHooks(
            Setup, answers, new RsyncReports(Log, Seen.Enqueue, TimeProvider.System, NullLogger<RsyncReports>.Instance)
            {
                UploadEnded = Images.Service.Ended,
                LogFile = Options.IsExternal ? new RsyncLogFile(Setup.Folder.Log, Log) : null,
            },
            TimeProvider.System, NullLogger<RsyncHooks>.Instance);
        await hooks.StartAsync(Ct);
    }

    public async Task StopHooksAsync()
    {
        await hooks!.StopAsync(Ct);
        hooks.Dispose();
    }

    /// <summary>Opens the time for uploads at PCs, as somebody does on the page.</summary>
    public async Task OpenUploadsAsync()
    {
        Images.Windows.File = Setup.Folder.UploadWindow;
        Assert.True(await Images.Windows.OpenAsync(Admin, UploadWindows.MostMinutes, Ct));
    }

    /// <summary>A person who may do everything.</summary>
    public static Core.Accounts.Person Admin { get; } = new("admin", Core.Accounts.Permission.All.ToHashSet(), Core.Accounts.Scope.Everything);

    /// <summary>Takes a PC into the inventory where it is not yet: uploads of others are refused.</summary>
    public void Register(string address)
    {
        using var db = database.Databases.CreateDbContext();
        var at = IPAddress.Parse(address);
        if (db.Hosts.Any(h => h.Address == at))
            return;
        var name = "at-" + address.Replace('.', '-');
        var room = new Room { School = Host.DefaultSchool, Name = "r-" + name };
        db.AddRange(room, new Host { School = Host.DefaultSchool, Name = name, RoomId = room.Id, Address = at });
        db.SaveChanges();
    }

    public async Task AddHostAsync(string name, string address, string? startConf = null)
    {
        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        var room = new Room { School = Host.DefaultSchool, Name = "r-" + name };
        var group = new HostGroup { School = Host.DefaultSchool, Name = "g_" + name, StartConf = startConf };
        db.AddRange(room, group, new Host
        {
            School = Host.DefaultSchool,
            Name = name,
            RoomId = room.Id,
            GroupId = group.Id,
            Address = IPAddress.Parse(address),
        });
        await db.SaveChangesAsync(Ct);
    }

    /// <summary>Fetches as LINBO does; 0 is success, 23 a missing file.</summary>
    public Task<ProgramResult> GetAsync(string from, string path, params string[] options) => RunAsync(
        ["-HaLz", "--partial", $"--address={from}", .. options, $"rsync://127.0.0.1:{Port}/{path}", Folder.At("got")]);

    public string Got => File.ReadAllText(Folder.At("got"));

    public static Task<ProgramResult> RunAsync(string[] arguments, string password = "") => new ProgramRun("rsync", arguments)
    {
        Environment = new Dictionary<string, string> { ["RSYNC_PASSWORD"] = password },
        Timeout = 2 * Wait.Limit,
    }.RunAsync(Ct, allowFailure: true);

    public Task<BootObservation> SeenAsync(Func<BootObservation, bool> matches, [CallerArgumentExpression(nameof(matches))] string what = "") =>
        Wait.ForAsync($"a boot step with {what}", () => Task.FromResult(Seen.FirstOrDefault(matches)), () => string.Join("\n", Seen));

    /// <summary>Waits for up to a minute; where that was in vain, it says what lies on its way and what went wrong.</summary>
    public async Task Until(Func<Task<bool>> condition, string what)
    {
        await Wait.UntilAsync(what, condition, Describe);
    }

    private string Describe()
    {
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };
        var files = new DirectoryInfo(Images.Uploads.Path).EnumerateFileSystemInfos("*", everything).Select(f => $"{f.LastWriteTimeUtc:O} {f.FullName}");
        return string.Join('\n', [$"{TimeProvider.System.GetUtcNow():O}", .. files, .. Images.Log.Collector.GetSnapshot().Select(r => $"{r.Timestamp:O} {r.Message} {r.Exception}")]);
    }

    public async ValueTask DisposeAsync()
    {
        await StopHooksAsync();
        await Images.DisposeAsync();
        await Daemon.StopAsync(CancellationToken.None);
        await connections.DisposeAsync();
        login.Dispose();
        Folder.Dispose();
    }
}
