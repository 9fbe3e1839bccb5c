using LinboPortal.Core.Accounts;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.Images.Tasks;
using LinboPortal.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace LinboPortal.Infrastructure.Tests.Images;

/// <summary>Work on images as a portal does it, one task after the other.</summary>
internal sealed class TaskRig : IDisposable
{
    private readonly TaskHands hands;
    private readonly ImageScanService service;

    /// <param name="database">Where the rows are.</param>
    /// <param name="tree">Where the files are.</param>
    /// <param name="program">Another qemu-img than the installed one.</param>
    /// <param name="step">Called before each step of a swap.</param>
    public TaskRig(TestDatabase database, ImageTree tree, QemuImg? program = null, Action<string>? step = null)
    {
        var options = Options.Create(new ImagesOptions { ReserveMegabytes = 0 });
        var qemu = program ?? new QemuImg();
        var convert = new QemuConvert(qemu);
        var space = new ImageSpace(tree.Folders, options);
        var conversion = new DiskConversion(convert, space);
        Outlook = new SpaceOutlook(database.Databases, space, options, TimeProvider.System);
        var hash = new ImageHash(TimeProvider.System);
        var torrents = TorrentsFor("10.0.0.1");
        Uploads = UploadFolders.Of(tree.Tree);
        Uploads.Ensure();
        var turns = new ImageTurns(Uploads, TimeProvider.System);
        var swap = new ImageSwap(tree.Folders, Uploads, TimeProvider.System) { Step = step };
        Swap = swap;
        var arrival = new ImageArrival(swap, turns, new IntakeCheck(tree.Folders, qemu, hash, torrents), tree.Scan, TimeProvider.System);
        var copy = new NamedCopy(tree.Folders, convert, space, torrents);
        Missing = new MissingTorrents(tree.Folders, Uploads, turns, hash, torrents, options);
        Tasks = new ImageTasks(database.Databases, Uploads, tree.Events, Clock);
        Wishes = new ImageWishes(database.Databases, Tasks, tree.Reader, tree.Folders, convert, space);
        Web = new WebUploads(database.Databases, Tasks, Uploads, space, options);
        hands = new TaskHands(
            Tasks, space,
            [
                new UploadWork(arrival, conversion, hash), new DuplicateWork(copy, arrival), new RenameWork(copy, arrival, tree.Events, Tasks),
                new MergeWork(arrival, convert, space), new CompactWork(arrival, convert, space), new ConvertWork(arrival, conversion),
            ],
            TimeProvider.System, NullLogger<TaskHands>.Instance);
        service = new ImageScanService(
            tree.Scan, new ImageLook(database.Databases, tree.Folders, qemu), new HostImageStatus(database.Databases, tree.Tree, TimeProvider.System), options,
            NullLogger<ImageScanService>.Instance);
        Store = new ImageStore(swap, turns, tree.Scan, new ImageVerify(database.Databases, tree.Folders, hash, tree.Scan, options), service);
    }

    /// <summary>The clock of the tasks' leases.</summary>
    public FakeTimeProvider Clock { get; } = new(TimeProvider.System.GetUtcNow());

    public ImageSwap Swap { get; }

    public UploadFolders Uploads { get; }

    public ImageTasks Tasks { get; }

    public ImageWishes Wishes { get; }

    public WebUploads Web { get; }

    public ImageStore Store { get; }

    public SpaceOutlook Outlook { get; }

    public MissingTorrents Missing { get; }

    /// <summary>Makes torrents of a server at that address.</summary>
    public static TorrentMaker TorrentsFor(string server) => new(
        Options.Create(new PortalOptions { ServerAddress = server }), Options.Create(new LinboPortal.Infrastructure.Distribution.TorrentOptions()), TimeProvider.System);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Wishes for work and does it.</summary>
    public async Task<ImageTask> DoAsync(ImageWish wish)
    {
        var (task, refusal) = await Wishes.BeginAsync(Person.Portal, wish, Ct);
        Assert.Null(refusal);
        return await RunAsync(task!.Id);
    }

    /// <summary>Sends a file as a browser does, and has the portal do the rest.</summary>
    public async Task<ImageTask> UploadAsync(string file, byte[] content, Action? received = null)
    {
        var (task, refusal) = await Web.BeginAsync(Person.Portal, new NewWebUpload(file, content.Length), Ct);
        Assert.Null(refusal);
        using var body = new MemoryStream(content);
        Assert.Equal((PieceOutcome.Kept, (long)content.Length), await Web.AppendAsync(task!.Id, 0, body, null, Ct));
        received?.Invoke();
        return await RunAsync(task.Id);
    }

    public async Task<ImageTask> RunAsync(Guid id)
    {
        var claimed = await Tasks.ClaimAsync(Ct);
        Assert.Equal(id, claimed?.Id);
        await hands.RunAsync(claimed!, Ct);
        return (await Tasks.FindAsync(id, Ct))!;
    }

    public void Dispose() => service.Dispose();
}
