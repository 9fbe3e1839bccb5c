using System.Diagnostics;
using System.Net;
using System.Text;
using LinboPortal.Core.Boot;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Testing;

namespace LinboPortal.Infrastructure.Tests.Distribution;

public sealed class RsyncHooksTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commands_go_to_their_own_host_once()
    {
        await using var rig = await RsyncRig.StartAsync(database);
        await rig.AddHostAsync("cmd1", "127.0.1.1");
        await rig.AddHostAsync("cmd2", "127.0.1.2");
        var file = rig.Folder.Write("tree/linbocmd/cmd1.cmd", "sync:1,start:1");

        var other = await rig.GetAsync("127.0.1.2", "linbo/linbocmd/cmd1.cmd");
        Assert.NotEqual(0, other.ExitCode);
        Assert.Contains("for another PC", other.Output + other.Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await rig.GetAsync("127.0.1.1", "linbo/linbocmd/cmd1.cmd", "--dry-run")).ExitCode);
        Assert.True(File.Exists(file));
        // A letter n that is the value of another option asks for no dry run: the file counts as fetched.
        Assert.Equal(0, (await rig.GetAsync("127.0.1.1", "linbo/linbocmd/cmd1.cmd", "-M-B700", "-M-f-_n")).ExitCode);

        Assert.Equal("sync:1,start:1", rig.Got);
        await Wait.UntilAsync("the command is gone", () => !File.Exists(file));
        Assert.Equal(23, (await rig.GetAsync("127.0.1.1", "linbo/linbocmd/cmd1.cmd")).ExitCode);
        await rig.SeenAsync(o => o is { Path: "linbocmd/cmd1.cmd", Outcome: BootStepOutcome.Served });
        var refused = await rig.SeenAsync(o => o is { Path: "linbocmd/cmd1.cmd", Outcome: BootStepOutcome.Refused });
        Assert.Equal(IPAddress.Parse("127.0.1.2"), refused.Client);
    }

    [Fact]
    public async Task Without_root_nobody_lists_the_commands_not_even_the_portals_own_user()
    {
        await using var rig = await RsyncRig.StartAsync(database);

        rig.Setup.CloseCommands(isRoot: false);
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(rig.Tree.PathOf("linbocmd")) & (UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead));
        Assert.True(File.GetUnixFileMode(rig.Tree.PathOf("linbocmd")).HasFlag(UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        rig.Setup.CloseCommands(isRoot: true);
        Assert.True(File.GetUnixFileMode(rig.Tree.PathOf("linbocmd")).HasFlag(UnixFileMode.UserRead));
    }

    [Theory]
    [InlineData("linbo/linbo[c]md/target.cmd")]
    [InlineData("linbo/linbocmd/t?rget.cmd")]
    [InlineData("linbo/linbocmd/")]
    [InlineData("linbo/./linbocmd/./target.cmd")]
    [InlineData("linbo//linbocmd//target.cmd")]
    [InlineData("linbo/images/../linbocmd/target.cmd")]
    [InlineData("linbo/linbo\\cmd/target.cmd")]
    [InlineData("linbo/", "-r")]
    [InlineData("linbo/", "-R", "--files-from=LIST")]
    [InlineData("linbo/", "-r", "--include=/linbocmd/***", "--exclude=*")]
    public async Task Nobody_else_gets_at_the_commands_by_a_trick(string path, params string[] options)
    {
        await using var rig = await RsyncRig.StartAsync(database);
        rig.Folder.Write("tree/linbocmd/target.cmd", "linbo:secret");
        var list = rig.Folder.Write("list", "linbocmd/target.cmd\n");
        Directory.CreateDirectory(rig.Folder.At("all"));

        await RsyncRig.RunAsync(["-L", .. options.Select(o => o.Replace("LIST", list, StringComparison.Ordinal)), $"rsync://127.0.0.1:{rig.Port}/{path}", rig.Folder.At("all/")]);

        Assert.DoesNotContain(
            Directory.GetFiles(rig.Folder.At("all"), "*", SearchOption.AllDirectories), f => File.ReadAllText(f).Contains("secret", StringComparison.Ordinal));
        Assert.True(File.Exists(rig.Tree.PathOf("linbocmd/target.cmd")));
    }

    [Fact]
    public async Task The_boot_menu_for_the_cache_is_made_on_request_and_removed()
    {
        await using var rig = await RsyncRig.StartAsync(database);
        await rig.AddHostAsync("grub1", "127.0.2.1", "[LINBO]\nGroup = g_grub1\nCache = /dev/sda3\nKernelOptions = quiet splash vlanid=7\n");

        Assert.Equal(0, (await rig.GetAsync("127.0.2.1", "linbo/boot/grub/spool/grub1.g_grub1.grub.cfg")).ExitCode);

        Assert.Contains("quiet splash vlanid=7 localboot", rig.Got, StringComparison.Ordinal);
        await Wait.UntilAsync("the menu is removed", () => Directory.GetFiles(rig.Tree.PathOf("boot/grub/spool")).Length == 0);
        Assert.Equal(23, (await rig.GetAsync("127.0.2.1", "linbo/boot/grub/spool/grub1.nosuch.grub.cfg")).ExitCode);
        Assert.Contains("nosuch", (await rig.SeenAsync(o => o.Path.EndsWith("nosuch.grub.cfg", StringComparison.Ordinal))).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LINBO_4_0_gets_the_start_conf_of_its_host()
    {
        await using var rig = await RsyncRig.StartAsync(database);
        await rig.AddHostAsync("old1", "127.0.2.2", "[LINBO]\nGroup = g_old1\n");

        Assert.Equal(0, (await rig.GetAsync("127.0.2.2", "linbo/tmp/start.conf_somebody")).ExitCode);

        Assert.Equal("[LINBO]\nGroup = g_old1\n", rig.Got);
        Assert.Equal(BootStepKind.StartConf, (await rig.SeenAsync(o => o.Path == "tmp/start.conf_somebody")).Kind);
        await Wait.UntilAsync("the file is removed", () => !File.Exists(rig.Tree.PathOf("tmp/start.conf_somebody")));
    }

    [Fact]
    public async Task A_reboot_target_is_kept_for_GRUB()
    {
        await using var rig = await RsyncRig.StartAsync(database);
        await rig.AddHostAsync("nfs1", "127.0.2.3");

        Assert.Equal(23, (await rig.GetAsync("127.0.2.3", "linbo/(hd0,1)#/boot/vmlinuz#/boot/initrd.img#ro splash#.reboot")).ExitCode);

        var block = GrubEnvironment.Read(await File.ReadAllBytesAsync(rig.Tree.PathOf("boot/grub/spool/nfs1.reboot"), Ct))!;
        Assert.Equal(("(hd0,1)", "/boot/vmlinuz", "ro splash"), (block["reboot_grub"], block["reboot_kernel"], block["reboot_append"]));
    }

    [Fact]
    public async Task Without_the_portal_clients_are_served_at_once_and_nothing_is_lost()
    {
        await using var rig = await RsyncRig.StartAsync(database);
        await rig.StopHooksAsync();
        rig.Folder.Write("tree/start.conf.down", "[LINBO]\n");
        var clock = Stopwatch.StartNew();

        Assert.Equal(0, (await rig.GetAsync("127.0.3.1", "linbo/start.conf.down")).ExitCode);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 7);
        // The hook finds the process alive but nobody answers: it waits for less than two seconds.
        clock.Restart();
        Assert.Equal(23, (await rig.GetAsync("127.0.3.1", "linbo//tmp/linbo.log")).ExitCode);
        Assert.InRange(clock.Elapsed.TotalSeconds, 1, 7);
        // And not at all where there is no portal.
        await File.WriteAllTextAsync(rig.Setup.Folder.PortalId, "999999999\n", Ct);
        clock.Restart();
        Assert.Equal(23, (await rig.GetAsync("127.0.3.1", "linbo//tmp/image.status")).ExitCode);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 7);

        Assert.Empty(rig.Seen);
        await rig.StartHooksAsync();
        var seen = await rig.SeenAsync(o => o.Path == "start.conf.down");
        Assert.Equal((BootStepKind.StartConf, BootStepOutcome.Served), (seen.Kind, seen.Outcome));
        await Wait.UntilAsync("the spool is empty", () => Directory.GetFiles(rig.Setup.Folder.Spool).Length == 0);
    }

    [Fact]
    public async Task A_full_or_broken_spool_fails_no_download()
    {
        await using var rig = await RsyncRig.StartAsync(database);
        rig.Folder.Write("tree/start.conf.full");
        Directory.Delete(rig.Setup.Folder.Run, recursive: true);
        Assert.Equal(0, (await rig.GetAsync("127.0.3.2", "linbo/start.conf.full")).ExitCode);
    }

    [Theory]
    [InlineData("start.conf.$(touch PWNED)")]
    [InlineData("tmp/`touch PWNED`_linbo.log")]
    [InlineData("boot/grub/spool/x;touch PWNED;.grub.cfg")]
    [InlineData("tmp/start.conf_'\"\n; touch PWNED\n")]
    [InlineData("linbocmd/$(touch PWNED).cmd")]
    [InlineData("-rf")]
    public async Task Hostile_names_do_nothing(string name)
    {
        await using var rig = await RsyncRig.StartAsync(database);
        var mark = rig.Folder.At("pwned");
        await rig.GetAsync("127.0.3.3", "linbo/" + name.Replace("PWNED", mark, StringComparison.Ordinal));
        await rig.SeenAsync(o => o.Client!.Equals(IPAddress.Parse("127.0.3.3")));
        Assert.False(File.Exists(mark));
        Assert.DoesNotContain(rig.Seen, o => o.Path.Any(char.IsControl));
    }

    [Fact]
    public async Task Thirty_clients_at_once_are_told_apart()
    {
        await using var rig = await RsyncRig.StartAsync(database);
        rig.Folder.Write("tree/start.conf.many", new string('x', 5000));
        var results = await Task.WhenAll(Enumerable.Range(1, 30).Select(i => RsyncRig.RunAsync(
            ["-HaL", $"--address=127.0.4.{i}", $"rsync://127.0.0.1:{rig.Port}/linbo/start.conf.many", rig.Folder.At($"got{i}")])));

        Assert.All(results, r => Assert.Equal(0, r.ExitCode));
        await Wait.UntilAsync("all thirty are told", () => rig.Seen.Count == 30, () => $"{rig.Seen.Count}");
        Assert.Equal(30, rig.Seen.Select(o => o.Client).Distinct().Count());
        Assert.All(rig.Seen, o => Assert.Equal((BootStepOutcome.Served, (long?)5000), (o.Outcome, o.Size)));
    }

    [Fact]
    public async Task Logs_are_taken_from_the_client_without_its_password()
    {
        await using var rig = await RsyncRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, port: rig.Ssh.Port, config: rig.Config);
        var client = room[0];
        var address = client.Address.ToString();
        await rig.AddHostAsync("log1", address);
        File.WriteAllText(client.Temporary("linbo.log"), $"### linbo_wrapper linbo:{RsyncRig.Password} sync:1 ###\npassword {RsyncRig.Password}\n", Encoding.Latin1);
        File.WriteAllText(client.Temporary("image.status"), "202611250900 applied: win10.qcow2 202611240000\n", Encoding.Latin1);
        File.WriteAllText(client.Temporary("hwinfo.gz"), "\u001f\u008b", Encoding.Latin1);

        foreach (var request in new[] { "linbo//tmp/linbo.log", "linbo//tmp/linbo.log", "linbo//tmp/image.status", "linbo/tmp/hwinfo.gz" })
            Assert.Equal(23, (await rig.GetAsync(address, request)).ExitCode);

        var log = await File.ReadAllTextAsync(rig.Folder.At("logs/log1_linbo.log"), Ct);
        const string Masked = "### linbo_wrapper linbo:*** sync:1 ###\npassword ***\n";
        Assert.Equal(Masked + Masked, log);
        Assert.Equal("202611250900 applied: win10.qcow2 202611240000\n", await File.ReadAllTextAsync(rig.Folder.At("logs/log1_image.status"), Ct));
        Assert.True(File.Exists(rig.Folder.At("logs/log1_hwinfo.gz")));
        Assert.Equal(AtomicFile.Private, File.GetUnixFileMode(rig.Folder.At("logs/log1_linbo.log")));
        var seen = await rig.SeenAsync(o => o.Path == "tmp/image.status");
        Assert.Equal((BootStepOutcome.Served, "taken from the PC"), (seen.Outcome, seen.Detail));
    }

    [Theory]
    [InlineData("linbo.log")]
    [InlineData("patch.log")]
    [InlineData("image.log")]
    [InlineData("image.status")]
    public async Task LINBO_4_1_and_4_2_ask_with_their_name_in_front_of_a_file_that_has_none(string kind)
    {
        await using var rig = await RsyncRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, port: rig.Ssh.Port, config: rig.Config);
        var address = room[0].Address.ToString();
        var host = "old-" + kind.Replace('.', '-');
        await rig.AddHostAsync(host, address);
        File.WriteAllText(room[0].Temporary(kind), "202611250900 applied: win10.qcow2 202611240000\n", Encoding.Latin1);

        foreach (var name in new[] { host, "pc_with_dash", host.ToUpperInvariant() })
        {
            Assert.Equal(0, (await rig.GetAsync(address, $"linbo/tmp/{name}_{kind}")).ExitCode);
            Assert.Equal("", rig.Got); // with which the PC empties its own
        }

        var line = "202611250900 applied: win10.qcow2 202611240000\n";
        Assert.Equal(kind == "image.status" ? line : line + line + line, await File.ReadAllTextAsync(rig.Folder.At($"logs/{host}_{kind}"), Ct));
        await Wait.UntilAsync("the empty files are removed", () => Directory.GetFiles(rig.Tree.PathOf("tmp")).Length == 0);
    }

    [Fact]
    public async Task A_PC_with_two_systems_tells_of_one_and_the_other_stays_known()
    {
        await using var rig = await RsyncRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, port: rig.Ssh.Port, config: rig.Config);
        var address = room[0].Address.ToString();
        await rig.AddHostAsync("two1", address);
        foreach (var line in new[] { "202611302101 applied: one.qcow2 202601011200", "202611302105 applied: two.qcow2 202601011200", "202611302110 created: one.qcow2 202611302109" })
        {
            File.WriteAllText(room[0].Temporary("image.status"), line + "\n", Encoding.Latin1);
            Assert.Equal(23, (await rig.GetAsync(address, "linbo//tmp/image.status")).ExitCode);
        }

        Assert.Equal(
            "202611302105 applied: two.qcow2 202601011200\n202611302110 created: one.qcow2 202611302109\n",
            await File.ReadAllTextAsync(rig.Folder.At("logs/two1_image.status"), Ct));
    }

    [Fact]
    public async Task A_client_without_SSH_waits_no_longer_than_two_seconds()
    {
        await using var rig = await RsyncRig.StartAsync(database);
        await rig.AddHostAsync("log2", "127.0.5.2");
        using var silent = new System.Net.Sockets.TcpListener(IPAddress.Parse("127.0.5.2"), rig.Ssh.Port);
        silent.Start();
        var clock = Stopwatch.StartNew();
        Assert.Equal(23, (await rig.GetAsync("127.0.5.2", "linbo//tmp/linbo.log")).ExitCode);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 7);
        Assert.Equal(23, (await rig.GetAsync("127.0.5.9", "linbo//tmp/linbo.log")).ExitCode); // nobody we know
    }
}
