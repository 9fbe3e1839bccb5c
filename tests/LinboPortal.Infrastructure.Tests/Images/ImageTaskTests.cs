using LinboPortal.Core.Accounts;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.Images.Tasks;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace LinboPortal.Infrastructure.Tests.Images;

public sealed class ImageTaskTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
    private ImageTree tree = null!;
    private UploadFolders uploads = null!;
    private ImageTasks tasks = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(new QemuImg().Program is null, "qemu-img is not installed");
        tree = new ImageTree(database);
        uploads = UploadFolders.Of(tree.Tree);
        uploads.Ensure();
        tasks = new ImageTasks(database.Databases, uploads, tree.Events, clock);
        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        await db.ImageTasks.ExecuteDeleteAsync(Ct);
        await db.Images.ExecuteDeleteAsync(Ct);
    }

    public ValueTask DisposeAsync()
    {
        tree?.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Work_of_a_portal_that_died_is_taken_up_when_its_lease_has_run_out()
    {
        var task = await AddAsync(ImageTaskKind.Verify, "left");
        Assert.Equal(task.Id, (await tasks.ClaimAsync(Ct))!.Id);
        Assert.Null(await tasks.ClaimAsync(Ct));
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.True(await tasks.BeatAsync(task, Ct));
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Null(await tasks.ClaimAsync(Ct));
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(task.Id, (await tasks.ClaimAsync(Ct))!.Id);
        Assert.True(await tasks.CancelAsync(Person.Portal, task.Id, Ct));
        Assert.False(await tasks.BeatAsync(task, Ct));
    }

    [Fact]
    public async Task An_upload_whose_portal_dies_at_any_step_ends_as_the_whole_image()
    {
        var first = await ImageTree.RealQcow2Async(1, 1);
        var second = await ImageTree.RealQcow2Async(1, 2);
        List<string> steps = [];
        await UploadAsync("probe", first, null);
        await UploadAsync("probe", second, steps.Add);
        Assert.NotEmpty(steps);
        for (var i = 0; i < steps.Count; i++)
        {
            var name = $"killed{i}";
            await UploadAsync(name, first, null);
            var (at, left) = (i, 0);
            var task = await ReceiveAsync(name, second);
            await Assert.ThrowsAsync<PortalDiedException>(() => RunAsync(task, _ =>
            {
                if (left++ == at)
                    throw new PortalDiedException();
            }));
            // The next portal ends the swap first, as the service of uploads does at its start.
            foreach (var plan in SwapPlan.Left(uploads).ToList())
                new ImageSwap(tree.Folders, uploads, clock).Finish(plan);
            Assert.Equal(ImageState.Good, (await RunAsync(task, null)).State);
            Assert.Equal(second, await File.ReadAllBytesAsync(tree.At($"{name}/{name}.qcow2"), Ct));
            Assert.Equal(first, await File.ReadAllBytesAsync(Directory.GetFiles(tree.At($"{name}/backups"), $"{name}.qcow2", SearchOption.AllDirectories).Single(), Ct));
        }
    }

    [Fact]
    public async Task A_rename_whose_portal_died_between_its_two_steps_is_gone_through_with_and_its_notes_stay()
    {
        tree.WriteSet("before", "before.qcow2", "202601010000", ImageTree.Qcow2());
        await tree.Scan.RunAsync(Ct);
        await using (var db = await database.Databases.CreateDbContextAsync(Ct))
            await db.ImageVersions.ExecuteUpdateAsync(v => v.SetProperty(x => x.Note, "exam"), Ct);
        var task = await AddAsync(ImageTaskKind.Rename, "after", "before");
        var directory = Directory.CreateDirectory(uploads.TaskOf(task.Id)).FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, "moving"), "", Ct);
        Directory.CreateDirectory(tree.At("after"));
        tree.WriteSet("after", "after.qcow2", "202601010000", ImageTree.Qcow2());
        await tree.Scan.RunAsync(Ct); // as the next portal does at its start

        Assert.Equal(ImageState.Good, (await RunAsync(task, null)).State);

        Assert.False(Directory.Exists(tree.At("before")));
        Assert.Equal("exam", (await tree.FindAsync("after"))!.Versions.Single().Note);
        Assert.Null(await tree.FindAsync("before"));
    }

    [Fact]
    public void The_time_left_follows_the_last_seconds_and_not_the_beginning()
    {
        var time = new FakeTimeProvider();
        var speed = new TaskSpeed(time);
        Assert.Null(speed.Left(0, 100));
        speed.Report(0);
        for (var i = 1; i <= 60; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            speed.Report(i <= 30 ? i * 100 : 3000 + (i - 30) * 10);
        }

        Assert.InRange(speed.PerSecond!.Value, 10, 12);
        Assert.InRange(speed.Left(3300, 3400)!.Value.TotalSeconds, 8, 11);
    }

    [Fact]
    public async Task An_upload_that_does_not_go_on_is_thrown_away_and_what_nobody_knows_too()
    {
        var task = await AddAsync(ImageTaskKind.Upload, "late", expires: clock.GetUtcNow().AddHours(1));
        Directory.CreateDirectory(uploads.TaskOf(task.Id));
        var unknown = Directory.CreateDirectory(uploads.TaskOf(Guid.CreateVersion7())).FullName;
        await tasks.CleanAsync(Ct);
        Assert.True(Directory.Exists(uploads.TaskOf(task.Id)));
        Assert.False(Directory.Exists(unknown));
        clock.Advance(TimeSpan.FromHours(2));
        await tasks.CleanAsync(Ct);
        Assert.False(Directory.Exists(uploads.TaskOf(task.Id)));
        Assert.Equal((ImageTaskState.Failed, ImageProblem.Aborted), ((await tasks.FindAsync(task.Id, Ct))!.State, (await tasks.FindAsync(task.Id, Ct))!.Problem));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_fault_ends_work_but_never_one_that_has_begun_to_move_files(bool isBegun)
    {
        var task = await AddAsync(ImageTaskKind.Rename, "new", "old");
        var hands = new TaskHands(tasks, new ImageSpace(tree.Folders, Options.Create(new ImagesOptions())), [new FailingWork(isBegun)], clock, NullLogger<TaskHands>.Instance);
        var claimed = await tasks.ClaimAsync(Ct);

        var fault = await Record.ExceptionAsync(() => hands.RunAsync(claimed!, Ct));

        var now = (await tasks.FindAsync(task.Id, Ct))!;
        Assert.Equal((isBegun, isBegun), (fault is IOException, File.Exists(Path.Combine(uploads.TaskOf(task.Id), "files of the image"))));
        Assert.Equal(isBegun ? ImageTaskState.Running : ImageTaskState.Failed, now.State);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(isBegun ? task.Id : null, (await tasks.ClaimAsync(Ct))?.Id);
    }

    private async Task<ImageTask> AddAsync(ImageTaskKind kind, string image, string source = "", string file = "", long length = 0, DateTimeOffset? expires = null)
    {
        var task = new ImageTask
        {
            Kind = kind,
            Image = image,
            Source = source,
            File = file,
            Length = length,
            State = kind == ImageTaskKind.Upload ? ImageTaskState.Receiving : ImageTaskState.Waiting,
            By = "test",
            CreatedAt = clock.GetUtcNow(),
            ExpiresAt = expires,
        };
        await tasks.AddAsync(Person.Portal, task, Ct);
        return task;
    }

    private async Task<ImageTask> ReceiveAsync(string name, byte[] content)
    {
        var task = await AddAsync(ImageTaskKind.Upload, name, file: name + ".qcow2", length: content.Length);
        Directory.CreateDirectory(uploads.TaskOf(task.Id));
        await File.WriteAllBytesAsync(Path.Combine(uploads.TaskOf(task.Id), WebUploads.ReceivedName), content, Ct);
        return task;
    }

    private async Task UploadAsync(string name, byte[] content, Action<string>? step) =>
        Assert.Equal(ImageState.Good, (await RunAsync(await ReceiveAsync(name, content), step)).State);

    private Task<ImageVerdict> RunAsync(ImageTask task, Action<string>? step)
    {
        var options = Options.Create(new ImagesOptions { ReserveMegabytes = 0 });
        var qemu = new QemuImg();
        var convert = new QemuConvert(qemu);
        var space = new ImageSpace(tree.Folders, options);
        var hash = new ImageHash(TimeProvider.System);
        var swap = new ImageSwap(tree.Folders, uploads, clock) { Step = step };
        var arrival = new ImageArrival(swap, new ImageTurns(uploads, TimeProvider.System), new IntakeCheck(tree.Folders, qemu, hash), tree.Scan, TimeProvider.System);
        IImageWork work = task.Kind == ImageTaskKind.Rename
            ? new RenameWork(new NamedCopy(tree.Folders, convert, space), arrival, tree.Events, tasks)
            : new UploadWork(arrival, new DiskConversion(convert, space), hash);
        return work.RunAsync(new TaskRun(task, uploads.TaskOf(task.Id), tasks, clock), Ct);
    }

    /// <summary>Moves a file of the image, and fails.</summary>
    private sealed class FailingWork(bool isBegun) : IImageWork
    {
        public ImageTaskKind Kind => ImageTaskKind.Rename;

        public Task<ImageVerdict> RunAsync(TaskRun run, CancellationToken ct)
        {
            File.WriteAllText(Path.Combine(run.Directory, "files of the image"), "");
            if (isBegun)
                run.SetBegun();
            throw new IOException("the disk said no");
        }
    }

    private sealed class PortalDiedException : Exception;
}
