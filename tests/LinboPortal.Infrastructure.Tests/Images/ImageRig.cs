using LinboPortal.Core.Events;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.Remote;
using LinboPortal.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Files = LinboPortal.Infrastructure.LinboTree.LinboTree;

namespace LinboPortal.Infrastructure.Tests.Images;

/// <summary>The portal's part of uploads; may be stopped and started as a portal is.</summary>
internal sealed class ImageRig : IAsyncDisposable
{
    private readonly TestDatabase database;
    private readonly ClientFiles clients;
    private readonly IOptions<ImagesOptions> options;
    private readonly TorrentMaker? torrents;
    private bool isRunning;

    public ImageRig(TestDatabase database, Files tree, UploadFolders uploads, IOptions<ImagesOptions> options, ClientFiles clients, TorrentMaker? torrents = null)
    {
        (this.database, this.clients, this.options, Uploads, this.torrents) = (database, clients, options, uploads, torrents);
        Windows = new UploadWindows(database.Databases, options, TimeProvider.System, NullLogger<UploadWindows>.Instance);
        Folders = new ImageFolders(tree);
        uploads.Ensure();
        Heard = Events.Subscribe(100_000);
        Make(null);
    }

    public ImageFolders Folders { get; }

    public UploadFolders Uploads { get; }

    public PortalEvents Events { get; } = new();

    public PortalEvents.Subscription Heard { get; }

    /// <summary>What the service wrote to its log.</summary>
    public FakeLogger<UploadService> Log { get; } = new();

    public ImageScan Scan { get; private set; } = null!;

    public ImageTurns Turns { get; private set; } = null!;

    public ImageSwap Swap { get; private set; } = null!;

    public UploadWindows Windows { get; }

    public UploadDesk Desk { get; private set; } = null!;

    public UploadIntake Intake { get; private set; } = null!;

    public UploadService Service { get; private set; } = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Files of that name that have come whole and wait for the rest of their upload.</summary>
    public IEnumerable<string> Arrived(string file) => Directory.GetFiles(Uploads.Series, file, SearchOption.AllDirectories);

    /// <summary>True where one has.</summary>
    public bool HasArrived(string file) => Arrived(file).Any();

    /// <summary>Starts the service.</summary>
    /// <param name="step">Called before each step of a swap; throws to be a portal that dies.</param>
    public async Task StartAsync(Action<string>? step = null)
    {
        Make(step);
        isRunning = true;
        await Service.StartAsync(Ct);
    }

    public async Task StopAsync()
    {
        if (!isRunning)
            return;
        isRunning = false;
        await Service.StopAsync(CancellationToken.None);
        Service.Dispose();
        Scan.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Heard.Dispose();
    }

    private void Make(Action<string>? step)
    {
        Scan = new ImageScan(database.Databases, Folders, new ImageDirectoryReader(Folders, TimeZoneInfo.Utc), Events, TimeProvider.System);
        Turns = new ImageTurns(Uploads, TimeProvider.System);
        Swap = new ImageSwap(Folders, Uploads, TimeProvider.System) { Step = step };
        var permits = new UploadPermits(database.Databases, new AskingHosts(database.Databases, TimeProvider.System), Windows, TimeProvider.System);
        var rows = new ImageUploads(database.Databases, new AskingHosts(database.Databases, TimeProvider.System), Events, TimeProvider.System);
        Desk = new UploadDesk(rows, permits, clients, new ImageSpace(Folders, options), TimeProvider.System);
        Intake = new UploadIntake(Swap, Turns, new IntakeCheck(Folders, new QemuImg(), new ImageHash(TimeProvider.System), torrents), Scan, rows, permits);
        Service = new UploadService(Intake, rows, Uploads, TimeProvider.System, Log);
    }
}
