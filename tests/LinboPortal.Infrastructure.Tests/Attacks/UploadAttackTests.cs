using LinboPortal.Core.Images;
using LinboPortal.Core.Jobs;
using LinboPortal.Infrastructure.Tests.Distribution;
using LinboPortal.Infrastructure.Tests.Images;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Tests.Attacks;

/// <summary>Somebody who knows the password of the school sends an image of his own.</summary>
public sealed class UploadAttackTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Image = "win11.qcow2";
    private const string StartConf = "[LINBO]\nGroup = g\n[OS]\nName = Windows\nBaseImage = win11.qcow2\nRoot = /dev/sda1\nKernel = auto\n";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_PC_that_is_not_registered_uploads_nothing()
    {
        await using var rig = await RsyncRig.StartAsync(database);
        var stranger = new UploadingPc(rig, "127.0.60.66", isRegistered: false);
        stranger.Make(Image, "202601010000", await ContentAsync(rig));
        var refused = await stranger.SendAsync(Image);
        Assert.Contains("not registered", refused.Output + refused.Errors, StringComparison.Ordinal);
        Assert.Equal(ImageProblem.NotRegistered, await ProblemAsync(rig, "127.0.60.66"));
    }

    [Fact]
    public async Task The_password_alone_replaces_no_image_and_no_description()
    {
        await using var rig = await RsyncRig.StartAsync(database);
        Assert.True(await rig.Images.Windows.CloseAsync(RsyncRig.Admin, Ct));
        var pc = new UploadingPc(rig, "127.0.60.1");
        pc.Make(Image, "202601010000", await ContentAsync(rig), desc: "mine\n");
        Assert.NotEqual(0, (await pc.SendAsync(Image)).ExitCode);
        Assert.Equal(ImageProblem.NotPermitted, await ProblemAsync(rig, "127.0.60.1"));
        Assert.NotEqual(0, (await pc.SendAsync(Image + ".desc")).ExitCode);
        Assert.Empty(Directory.EnumerateFiles(rig.Images.Uploads.Path, "win11*", SearchOption.AllDirectories));

        // The same PC, while somebody has opened a time for it.
        await rig.OpenUploadsAsync();
        Assert.All(await pc.UploadAsync(Image), r => Assert.Equal(0, r.ExitCode));
        await rig.Until(() => Task.FromResult(File.Exists(Path.Combine(rig.Tree.Root, "images/win11", Image))), "the image is taken in");
    }

    [Fact]
    public async Task A_job_permits_its_own_PC_its_own_image()
    {
        await using var rig = await RsyncRig.StartAsync(database);
        Assert.True(await rig.Images.Windows.CloseAsync(RsyncRig.Admin, Ct));
        await rig.AddHostAsync("job-pc1", "127.0.60.2", StartConf);
        await rig.AddHostAsync("job-pc2", "127.0.60.3", StartConf);
        await BeginJobAsync("job-pc1", "create_image:1,upload_image:1");
        var (own, other) = (new UploadingPc(rig, "127.0.60.2"), new UploadingPc(rig, "127.0.60.3"));
        foreach (var pc in new[] { own, other })
        {
            pc.Make(Image, "202601010000", await ContentAsync(rig));
            pc.Make("linux.qcow2", "202601010000", await ContentAsync(rig));
        }

        Assert.NotEqual(0, (await other.SendAsync(Image)).ExitCode);
        Assert.NotEqual(0, (await own.SendAsync("linux.qcow2")).ExitCode);
        Assert.All(await own.UploadAsync(Image), r => Assert.Equal(0, r.ExitCode));
        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        await rig.Until(async () => await db.ImageUploads.AnyAsync(u => u.Host == "job-pc1" && u.State == UploadState.Taken && u.Permit.StartsWith("job ") && u.Permit.EndsWith(" admin"), Ct), "the upload is taken, and it is known whose job it was");
    }

    [Fact]
    public async Task Listings_name_no_addresses()
    {
        await using var rig = await RsyncRig.StartAsync(database);
        foreach (var name in new[] { "start.conf-10.0.0.7", "start.conf-02:00:00:00:02:99", "start.conf.lab1", "boot/links/default-school.csv" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(rig.Tree.PathOf(name))!);
            await File.WriteAllTextAsync(rig.Tree.PathOf(name), "x\n", Ct);
        }

        var list = (await RsyncRig.RunAsync(["-r", "--address=127.0.60.4", $"rsync://127.0.0.1:{rig.Port}/linbo/"])).Output;
        Assert.Contains("start.conf.lab1", list, StringComparison.Ordinal);
        Assert.DoesNotContain("10.0.0.7", list, StringComparison.Ordinal);
        Assert.DoesNotContain("02:99", list, StringComparison.Ordinal);
        Assert.DoesNotContain("default-school", list, StringComparison.Ordinal);
        Assert.False(LinboPortal.Infrastructure.LinboTree.LinboTree.IsServable("boot/links/default-school.csv"));
        // What LINBO asks for it gets: start.conf of its group.
        Assert.Equal(0, (await rig.GetAsync("127.0.60.4", "linbo/start.conf.lab1")).ExitCode);
    }

    private static async Task<byte[]> ContentAsync(RsyncRig rig)
    {
        var path = rig.Folder.At("made.qcow2");
        if (!File.Exists(path))
            await new LinboPortal.Infrastructure.Processes.ProgramRun("qemu-img", ["create", "-q", "-f", "qcow2", path, "8M"]).RunAsync(Ct);
        return await File.ReadAllBytesAsync(path, Ct);
    }

    private async Task<ImageProblem> ProblemAsync(RsyncRig rig, string address)
    {
        var at = System.Net.IPAddress.Parse(address);
        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        await rig.Until(() => db.ImageUploads.AnyAsync(u => u.Address == at && u.State == UploadState.Failed, Ct), "the refused upload is written down");
        return await db.ImageUploads.Where(u => u.Address == at).OrderByDescending(u => u.StartedAt).Select(u => u.Problem).FirstAsync(Ct);
    }

    private async Task BeginJobAsync(string host, string commands)
    {
        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        var pc = await db.Hosts.SingleAsync(h => h.Name == host, Ct);
        var job = new Job { Target = $"host:{host}", Commands = commands, CreatedBy = "admin", CreatedAt = TimeProvider.System.GetUtcNow() };
        job.Runs.Add(new HostRun { JobId = job.Id, HostId = pc.Id, Host = pc.Name, RoomId = pc.RoomId, State = RunState.Running });
        db.Jobs.Add(job);
        await db.SaveChangesAsync(Ct);
    }
}
