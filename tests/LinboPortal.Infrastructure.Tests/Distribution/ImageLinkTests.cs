using System.Text;
using LinboPortal.Infrastructure.Distribution;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Processes;
using LinboPortal.Infrastructure.Tests.Images;
using LinboPortal.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Options = Microsoft.Extensions.Options.Options;

namespace LinboPortal.Infrastructure.Tests.Distribution;

/// <summary>Images on another disk, by links that the administrator made: <c>images</c>, one image, or one file.</summary>
public sealed class ImageLinkTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_images_on_another_disk_are_served_by_every_protocol_and_uploads_go_there()
    {
        using var disk = new TemporaryFolder();
        await using var rig = await RsyncRig.StartAsync(database, Linked(disk));
        disk.Write("images/x/x.qcow2.desc", "on the other disk");
        disk.Write("images/x/x.qcow2.macct", "secret");
        File.CreateSymbolicLink(disk.At("images/x/harmless"), "x.qcow2.macct");

        Assert.Equal(0, (await rig.GetAsync("127.0.0.2", "linbo/images/x/x.qcow2.desc")).ExitCode);
        Assert.Equal("on the other disk", rig.Got);
        Assert.Equal(0, (await RsyncRig.RunAsync(["-rL", $"rsync://127.0.0.1:{rig.Port}/linbo/images/", rig.Folder.At("mirror/")])).ExitCode);
        Assert.True(File.Exists(rig.Folder.At("mirror/x/x.qcow2.desc")));
        Assert.NotEqual(0, (await rig.GetAsync("127.0.0.2", "linbo/images/x/x.qcow2.macct")).ExitCode);
        Assert.Equal("on the other disk", Http(rig, "images/x/x.qcow2.desc"));
        Assert.True(rig.Tree.TryResolveServable("images/x/x.qcow2.desc", out _)); // TFTP
        Assert.True(rig.Tree.TryResolveServable("images/x/x.qcow2.reg", out _)); // is not there, and may be asked for
        Assert.False(rig.Tree.TryResolveServable("images/x/x.qcow2.macct", out _));
        Assert.False(rig.Tree.TryResolveServable("images/x/harmless", out _));

        await rig.AddHostAsync("disk1", "127.0.8.1");
        var pc = new UploadingPc(rig, "127.0.8.1");
        pc.Make("up.qcow2", "202601010000", await ImageTree.RealQcow2Async());
        Assert.All(await pc.UploadAsync("up.qcow2"), r => Assert.Equal(0, r.ExitCode));
        await rig.Until(() => Task.FromResult(File.Exists(disk.At("images/up/up.qcow2.info"))), "the image is on the other disk");
        Assert.Equal(0, (await rig.GetAsync("127.0.8.1", "linbo/images/up/up.qcow2.info")).ExitCode);
    }

    [Fact]
    public void A_disk_that_is_not_mounted_is_named_at_the_start()
    {
        using var disk = new TemporaryFolder();
        var tree = new Infrastructure.LinboTree.LinboTree(Linked(disk), disk.At("config"), disk.At("logs"));
        Directory.Delete(disk.At("images"));
        TreeDirectories.Ensure(tree);
        var portal = Options.Create(new PortalOptions { DataDirectory = disk.At("data") });
        var setup = new RsyncSetup(tree, new LinboPassword(Options.Create(new LinboOptions()), portal), portal, Options.Create(new ImagesOptions()), TimeProvider.System);
        var failure = Assert.Throws<IOException>(() => setup.Write(new RsyncOptions()));
        Assert.Contains("mount the disk", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_image_or_file_that_is_linked_while_the_portal_runs_is_served_too()
    {
        using var disk = new TemporaryFolder();
        await using var rig = await RsyncRig.StartAsync(database);
        disk.Write("big/y.qcow2.desc", "large");
        disk.Write("z.iso", "live");
        disk.Write("shadow.macct", "secret");
        File.CreateSymbolicLink(rig.Tree.PathOf("images/y"), disk.At("big"));
        Directory.CreateDirectory(rig.Tree.PathOf("images/z"));
        File.CreateSymbolicLink(rig.Tree.PathOf("images/z/z.iso"), disk.At("z.iso"));
        File.CreateSymbolicLink(rig.Tree.PathOf("images/z/z.desc"), disk.At("shadow.macct"));
        using var links = new RsyncLinks(rig.Setup, Options.Create(rig.Options), TimeProvider.System, NullLogger<RsyncLinks>.Instance);
        Assert.True(links.Run());
        Assert.False(links.Run());

        Assert.Equal(0, (await rig.GetAsync("127.0.0.2", "linbo/images/y/y.qcow2.desc")).ExitCode);
        Assert.Equal("large", rig.Got);
        Assert.Equal(0, (await rig.GetAsync("127.0.0.2", "linbo/images/z/z.iso")).ExitCode);
        Assert.Equal(("large", "live"), (Http(rig, "images/y/y.qcow2.desc"), Http(rig, "images/z/z.iso")));
        Assert.Null(Http(rig, "images/z/z.desc"));
    }

    [Fact]
    public async Task Links_elsewhere_and_of_others_are_not_followed_and_said()
    {
        using var disk = new TemporaryFolder();
        disk.Write("secret", "s");
        using var home = new TemporaryFolder();
        var tree = new Infrastructure.LinboTree.LinboTree(home.At("tree"), home.At("config"), home.At("logs"));
        TreeDirectories.Ensure(tree);
        File.CreateSymbolicLink(tree.PathOf("icons/out"), disk.At("secret"));
        Directory.CreateDirectory(tree.PathOf("images/a/b/c"));
        File.CreateSymbolicLink(tree.PathOf("images/a/b/c/deep"), disk.At("secret"));
        Assert.False(tree.TryResolve("icons/out", out _));
        Assert.False(tree.TryResolve("images/a/b/c/deep", out _));
        Assert.Empty(ImageLinks.Find(tree.Root));

        File.CreateSymbolicLink(tree.PathOf("images/gone"), disk.At("nothing"));
        Assert.Contains("images/gone", (await HealthAsync(tree)).Description, StringComparison.Ordinal);
        TreeDirectories.Ensure(tree);
        File.Delete(tree.PathOf("images/gone"));
        if (!SystemUser.IsRoot)
            return;
        File.CreateSymbolicLink(tree.PathOf("images/theirs"), disk.Path);
        Assert.True(tree.TryResolve("images/theirs/secret", out _));
        await new ProgramRun("chown", ["-h", "nobody", tree.PathOf("images/theirs")]).RunAsync(Ct);
        Assert.False(tree.TryResolve("images/theirs/secret", out _));
        Assert.Contains("chown -h root images/theirs", (await HealthAsync(tree)).Description, StringComparison.Ordinal);
    }

    private async Task<Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckResult> HealthAsync(Infrastructure.LinboTree.LinboTree tree)
    {
        var options = Options.Create(new ImagesOptions());
        var outlook = new SpaceOutlook(database.Databases, new ImageSpace(new ImageFolders(tree), options), options, TimeProvider.System);
        return await new ImagesHealth(database.Databases, new QemuImg(), outlook, tree).CheckHealthAsync(new(), Ct);
    }

    /// <summary>A tree whose images lie on the other disk.</summary>
    private static string Linked(TemporaryFolder disk)
    {
        var root = Directory.CreateDirectory(disk.At("tree")).FullName;
        Directory.CreateDirectory(disk.At("images"));
        File.CreateSymbolicLink(Path.Combine(root, "images"), disk.At("images"));
        return root;
    }

    private static string? Http(RsyncRig rig, string path)
    {
        if (!rig.Tree.TryOpenServable(path, out var file) || file is null)
            return null;
        using (file)
        {
            var bytes = new byte[file.Length];
            RandomAccess.Read(file.Handle, bytes, 0);
            return Encoding.UTF8.GetString(bytes);
        }
    }
}
