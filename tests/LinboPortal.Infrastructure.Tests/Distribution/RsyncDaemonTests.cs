using System.Net;
using System.Net.Sockets;
using LinboPortal.Core.Boot;
using LinboPortal.Infrastructure.Distribution;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Processes;
using LinboPortal.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Files = LinboPortal.Infrastructure.LinboTree.LinboTree;

namespace LinboPortal.Infrastructure.Tests.Distribution;

public sealed class RsyncDaemonTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static RsyncDaemon Daemon(TemporaryFolder folder, RsyncOptions options, string? program = "/usr/bin/rsync")
    {
        var portal = Options.Create(new PortalOptions { DataDirectory = folder.At("data") });
        var tree = new Files(folder.At("tree"), folder.At("config"), folder.At("logs"));
        TreeDirectories.Ensure(tree);
        var setup = new RsyncSetup(tree, new LinboPassword(Options.Create(new LinboOptions()), portal), portal, Options.Create(new ImagesOptions()), TimeProvider.System);
        return new RsyncDaemon(Options.Create(options), setup, new RsyncLog(TimeProvider.System), TimeProvider.System, NullLogger<RsyncDaemon>.Instance) { Program = program };
    }

    private static async Task<HealthCheckResult> HealthOf(RsyncDaemon daemon) => await new RsyncHealth(daemon).CheckHealthAsync(new HealthCheckContext(), Ct);

    [Fact]
    public void Its_configuration_is_as_agreed()
    {
        var text = new RsyncConfig(873, 600, "/srv/linbo", "/srv/linbo/images/.upload/in", "/data/rsync/rsyncd.secrets", "/data/rsync/hook", IsRoot: true).Render();
        Assert.Contains("uid = nobody\ngid = nogroup\n", text, StringComparison.Ordinal);
        Assert.Contains("[linbo]\ncomment = LINBO: start.conf, images, updates\npath = /srv/linbo\nread only = yes\nlist = yes\n", text, StringComparison.Ordinal);
        Assert.Contains("path = /srv/linbo/images/.upload/in\nlist = no\nread only = no\nwrite only = yes\n", text, StringComparison.Ordinal);
        Assert.Contains("auth users = linbo\nsecrets file = /data/rsync/rsyncd.secrets\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("uid = ", new RsyncConfig(10873, 600, "/t", "/u", "/s", "/h", IsRoot: false).Render(), StringComparison.Ordinal);
        Assert.Equal(@"'/it'\''s/hook'", RsyncConfig.Quote("/it's/hook"));
        Assert.DoesNotContain("links = yes", text.Replace("munge symlinks = yes", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var linked = new RsyncConfig(873, 600, "/srv/linbo", "/u", "/s", "/h", IsRoot: true) { FollowsLinks = true }.Render();
        Assert.Contains("path = //./srv/linbo\nread only = yes\nlist = yes\n# images lie on another disk, by links of the administrator's\ninsecure links = yes\nuse chroot = yes\nexclude = ", linked, StringComparison.Ordinal);
        Assert.Contains("path = /u\n", linked, StringComparison.Ordinal);
        Assert.DoesNotContain("use chroot = yes", new RsyncConfig(873, 600, "/srv/linbo", "/u", "/s", "/h", IsRoot: false) { FollowsLinks = true }.Render(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_get_files_and_their_listing_and_the_bytes_are_told()
    {
        await using var rig = await RsyncRig.StartAsync(database);
        var text = string.Join('\n', Enumerable.Range(0, 1000).Select(i => $"line {i * 7919}"));
        rig.Folder.Write("tree/images/win10/win10.qcow2.desc", text);

        Assert.Equal(0, (await rig.GetAsync("127.0.0.2", "linbo/images/win10/win10.qcow2.desc")).ExitCode);

        Assert.Equal(text, rig.Got);
        var seen = await rig.SeenAsync(o => o.Path == "images/win10/win10.qcow2.desc");
        Assert.Equal((IPAddress.Parse("127.0.0.2"), BootStepKind.Rsync, BootStepOutcome.Served, (long?)text.Length), (seen.Client, seen.Kind, seen.Outcome, seen.Size));
        Assert.InRange(seen.Bytes, 100, text.Length); // compressed on the wire
        Assert.InRange(seen.Duration, TimeSpan.Zero, Wait.Limit);
        Assert.Equal(HealthStatus.Healthy, (await HealthOf(rig.Daemon)).Status);
        Assert.Contains("win10.qcow2.desc", (await RsyncRig.RunAsync(["-r", $"rsync://127.0.0.1:{rig.Port}/linbo/images/"])).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("images/win10/win10.qcow2.macct")]
    [InlineData("win10.macct")]
    [InlineData("images/win10/.win10.qcow2.Xb3kQz")]
    [InlineData("images/win10/win10.qcow2.BAK")]
    [InlineData("images/tmp/win10.reg")]
    [InlineData("log/pc1_linbo.log")]
    [InlineData("pc7.new")]
    [InlineData(".hidden/file")]
    [InlineData("images/../../config/secret")]
    public async Task Secrets_partial_uploads_and_logs_are_as_if_they_did_not_exist(string path)
    {
        await using var rig = await RsyncRig.StartAsync(database);
        rig.Folder.Write("config/secret", "top secret");
        if (!path.Contains("..", StringComparison.Ordinal))
            rig.Folder.Write("tree/" + path, "top secret");

        var asked = await rig.GetAsync("127.0.0.3", "linbo/" + path);
        var mirrored = await RsyncRig.RunAsync(["-rL", $"rsync://127.0.0.1:{rig.Port}/linbo/", rig.Folder.At("mirror/")]);

        Assert.NotEqual(0, asked.ExitCode);
        Assert.False(File.Exists(rig.Folder.At("got")));
        Assert.DoesNotContain(
            Directory.GetFiles(rig.Folder.At("mirror"), "*", SearchOption.AllDirectories), f => File.ReadAllText(f).Contains("secret", StringComparison.Ordinal));
        Assert.Contains(mirrored.ExitCode, new[] { 0, 23 });
    }

    [Fact]
    public async Task A_torrent_is_hidden_until_a_tracker_runs_and_its_hash_is_not()
    {
        await using var rig = await RsyncRig.StartAsync(database);
        rig.Folder.Write("tree/images/win10/win10.qcow2.torrent", "d4:infoe");
        rig.Folder.Write("tree/images/win10/win10.qcow2.hash", "0123");

        Assert.Equal(23, (await rig.GetAsync("127.0.0.2", "linbo/images/win10/win10.qcow2.torrent")).ExitCode);
        Assert.Equal(0, (await rig.GetAsync("127.0.0.2", "linbo/images/win10/win10.qcow2.hash")).ExitCode);
        Assert.DoesNotContain(".torrent", (await RsyncRig.RunAsync(["-r", $"rsync://127.0.0.1:{rig.Port}/linbo/images/"])).Output, StringComparison.Ordinal);
        Assert.False(rig.Tree.TryResolveServable("images/win10/win10.qcow2.torrent", out _)); // TFTP
        Assert.False(rig.Tree.TryOpenServable("images/win10/WIN10.qcow2.TORRENT", out _)); // HTTP
        Assert.True(rig.Tree.TryResolveServable("images/win10/win10.qcow2.hash", out _));

        rig.Tree.ServesTorrents = true;
        rig.Setup.Write(rig.Options); // rsync reads it for each connection
        Assert.Equal(0, (await rig.GetAsync("127.0.0.2", "linbo/images/win10/win10.qcow2.torrent")).ExitCode);
        Assert.True(rig.Tree.TryResolveServable("images/win10/win10.qcow2.torrent", out _));
        Assert.True(rig.Tree.TryOpenServable("images/win10/win10.qcow2.torrent", out var opened));
        opened!.Dispose();
    }

    [Fact]
    public async Task Uploads_need_the_password_and_a_name_of_an_image()
    {
        await using var rig = await RsyncRig.StartAsync(database);
        var image = rig.Folder.Write("upload/win10.qcow2", "image");
        string[] upload = ["-Ha", image, $"rsync://linbo@127.0.0.1:{rig.Port}/linbo-upload/win10.qcow2"];

        var right = await RsyncRig.RunAsync(upload, RsyncRig.Password);
        var wrong = await RsyncRig.RunAsync(upload, "wrong");
        var anonymous = await RsyncRig.RunAsync(["-Ha", image, $"rsync://127.0.0.1:{rig.Port}/linbo/win10.qcow2"]);

        Assert.NotEqual(0, right.ExitCode);
        Assert.Contains("only images are taken", right.Errors + right.Output, StringComparison.Ordinal);
        Assert.Equal(5, wrong.ExitCode);
        Assert.Contains("auth failed", wrong.Errors, StringComparison.Ordinal);
        Assert.NotEqual(0, anonymous.ExitCode);
        Assert.False(File.Exists(rig.Tree.PathOf("win10.qcow2")));
        Assert.NotEqual(0, (await RsyncRig.RunAsync(["-r", $"rsync://linbo@127.0.0.1:{rig.Port}/linbo-upload/"], RsyncRig.Password)).ExitCode);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(rig.Setup.Folder.Secrets));
    }

    [Fact]
    public async Task A_missing_rsync_is_told_with_the_remedy()
    {
        using var folder = new TemporaryFolder();
        await using var daemon = Daemon(folder, new RsyncOptions { Port = FreePort.Take() }, program: null);
        await daemon.StartAsync(Ct);
        var health = await HealthOf(daemon);
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.Contains("apt-get install rsync", health.Description, StringComparison.Ordinal);
        await daemon.StopAsync(Ct);
    }

    [Fact]
    public async Task An_old_rsync_is_told()
    {
        using var folder = new TemporaryFolder();
        var old = folder.Write("rsync", "#!/bin/sh\necho 'rsync  version 3.1.3  protocol version 31'\n");
        File.SetUnixFileMode(old, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await using var daemon = Daemon(folder, new RsyncOptions { Port = FreePort.Take() }, old);
        await daemon.StartAsync(Ct);
        Assert.Contains("version 3.1.3, and 3.2 or newer is needed", (await HealthOf(daemon)).Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_is_told_with_the_setting_and_taken_over_when_it_is_free()
    {
        using var folder = new TemporaryFolder();
        var listener = new TcpListener(IPAddress.IPv6Any, 0) { Server = { DualMode = true } };
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using var daemon = Daemon(folder, new RsyncOptions { Port = port });
        await daemon.StartAsync(Ct);
        var health = await HealthOf(daemon);
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.Contains($"Port {port} (Distribution:Rsync:Port) is taken", health.Description, StringComparison.Ordinal);

        listener.Stop();
        await Wait.UntilAsync("the free port is taken over", () => daemon.IsServing);
        await daemon.StopAsync(Ct);
    }

    [Fact]
    public async Task A_killed_daemon_comes_back_and_a_stopped_one_leaves_no_worker()
    {
        await using var rig = await RsyncRig.StartAsync(database);
        var first = rig.Daemon.ProcessId!.Value;
        using (var kill = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("kill", ["-9", $"{first}"])))
            await kill!.WaitForExitAsync(Ct);
        await Wait.UntilAsync("another daemon runs", () => (rig.Daemon.ProcessId ?? first) != first);
        rig.Folder.Write("tree/start.conf.lab");
        ProgramResult? result = null;
        await Wait.UntilAsync("it takes connections", async () => (result = await rig.GetAsync("127.0.0.4", "linbo/start.conf.lab")).ExitCode != 10);
        Assert.Equal(0, result!.ExitCode);

        // A slow client: its worker must not outlive the daemon.
        await using (var big = new FileStream(rig.Folder.At("tree/big"), FileMode.Create))
            big.SetLength(200 << 20);
        File.SetUnixFileMode(rig.Folder.At("tree/big"), AtomicFile.Public);
        var slow = RsyncRig.RunAsync(["--bwlimit=100", "-W", $"rsync://127.0.0.1:{rig.Port}/linbo/big", rig.Folder.At("big")]);
        await rig.SeenAsync(o => o.Path == "start.conf.lab");
        await Wait.UntilAsync("the download has begun", () => Directory.GetFiles(rig.Folder.Path, ".big.*").Length > 0);
        await rig.Daemon.StopAsync(Ct);
        Assert.NotEqual(0, (await slow).ExitCode);
    }

    [Fact]
    public void The_password_is_made_once_and_kept_closed()
    {
        using var folder = new TemporaryFolder();
        var portal = Options.Create(new PortalOptions { DataDirectory = folder.Path });
        var made = new LinboPassword(Options.Create(new LinboOptions()), portal);
        Assert.Equal(20, made.Read().Length);
        Assert.Equal(made.Read(), new LinboPassword(Options.Create(new LinboOptions()), portal).Read());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(made.Path));
        Assert.Equal("set", new LinboPassword(Options.Create(new LinboOptions { Password = "set" }), portal).Read());
    }
}
