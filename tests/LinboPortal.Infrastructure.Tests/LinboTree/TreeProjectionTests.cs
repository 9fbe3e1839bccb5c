using LinboPortal.Core.Boot;
using LinboPortal.Core.Events;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Testing;

namespace LinboPortal.Infrastructure.Tests.LinboTree;

public sealed class TreeProjectionTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly TreeHome home = new(database);

    public async ValueTask InitializeAsync() => await home.EmptyAsync();

    public ValueTask DisposeAsync()
    {
        home.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_group_and_its_hosts_become_files_and_links()
    {
        var lab = await home.AddGroupAsync("lab1", TreeHome.StartConf("lab1"));
        await home.AddHostAsync("pc1", lab, "10.0.1.1");
        await home.AddHostAsync("pc2", lab);
        await home.AddHostAsync("printer", lab, "10.0.1.3", flag: "0");
        await home.AddHostAsync("opsi", lab, "10.0.1.4", flag: "3");
        await home.AddHostAsync("lonely", null, "10.0.1.5");

        var state = await home.RunAsync();

        Assert.Empty(state.Problems);
        Assert.Equal(TreeHome.StartConf("lab1"), home.Read("start.conf.lab1"));
        Assert.Contains(GrubConfig.Marker, home.Read("boot/grub/lab1.cfg"), StringComparison.Ordinal);
        Assert.Contains(":8080", home.Read("boot/grub/grub.cfg"), StringComparison.Ordinal);
        Assert.Equal("start.conf.lab1", home.LinkAt("start.conf-10.0.1.1"));
        Assert.Equal("start.conf.lab1", home.LinkAt("start.conf-52:54:00:00:00:02"));
        Assert.Equal("../lab1.cfg", home.LinkAt("boot/grub/hostcfg/pc1.cfg"));
        Assert.Equal("../lab1.cfg", home.LinkAt("boot/grub/hostcfg/52:54:00:00:00:01.cfg"));
        Assert.Equal("start.conf.lab1", home.LinkAt("start.conf-10.0.1.4"));
        Assert.False(home.Has("start.conf-10.0.1.3"));
        Assert.False(home.Has("start.conf-10.0.1.5"));
        Assert.False(home.Has("boot/grub/hostcfg/printer.cfg"));
        Assert.StartsWith("#", home.Read("start.conf"), StringComparison.Ordinal);
        Assert.True(home.Tree.TryResolveServable("/boot/grub/hostcfg/pc1.cfg", out _));
    }

    [Fact]
    public async Task Files_that_clients_ask_for_at_each_update_are_there_and_stay_as_the_administrator_wrote_them()
    {
        home.Write("torrent-client.conf", "SEEDHOURS=2\n");
        await home.RunAsync();

        Assert.Equal("SEEDHOURS=2\n", home.Read("torrent-client.conf"));
        Assert.Equal("", home.Read("multicast.list"));
        File.Delete(home.Tree.PathOf("torrent-client.conf"));
        await home.RunAsync();

        // Clients read it as shell text.
        Assert.All(home.Read("torrent-client.conf").Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.StartsWith("#", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_second_run_writes_nothing_and_touches_no_file()
    {
        var lab = await home.AddGroupAsync("lab1", TreeHome.StartConf("lab1"));
        await home.AddHostAsync("pc1", lab, "10.0.1.1");
        await home.RunAsync();
        var before = File.GetLastWriteTimeUtc(home.Tree.PathOf("boot/grub/lab1.cfg"));

        Assert.Equal(0, (await home.RunAsync()).Written);
        Assert.Equal(0, (await home.RunAsync(isFull: false)).Written);
        Assert.Equal(0, (await home.NewProjection().RunAsync(isFull: true, TreeHome.Ct)).Written);

        Assert.Equal(before, File.GetLastWriteTimeUtc(home.Tree.PathOf("boot/grub/lab1.cfg")));
    }

    [Fact]
    public async Task A_change_in_the_database_rewrites_only_what_follows_from_it()
    {
        var lab = await home.AddGroupAsync("lab1", TreeHome.StartConf("lab1"));
        await home.AddGroupAsync("lab2", TreeHome.StartConf("lab2"));
        await home.RunAsync();
        await home.SetTextAsync(lab, TreeHome.StartConf("lab1", "new"));

        Assert.Equal(1, (await home.RunAsync(isFull: false)).Written);
        Assert.Equal(TreeHome.StartConf("lab1", "new"), home.Read("start.conf.lab1"));
    }

    [Fact]
    public async Task What_is_no_longer_wanted_goes_and_what_is_not_ours_stays()
    {
        var lab = await home.AddGroupAsync("lab1", TreeHome.StartConf("lab1"));
        await home.AddHostAsync("pc1", lab, "10.0.1.1");
        home.Write("start.conf.other", "mine");
        home.Write("boot/grub/custom.cfg", "mine");
        home.Write("boot/grub/hostcfg/pc9.cfg", "mine");
        await home.RunAsync();
        await home.EmptyAsync();

        var state = await home.RunAsync(isFull: false);

        Assert.Empty(state.Drifts);
        Assert.All(["start.conf.lab1", "boot/grub/lab1.cfg", "start.conf-10.0.1.1", "boot/grub/hostcfg/pc1.cfg"], path => Assert.False(home.Has(path), path));
        Assert.All(["start.conf.other", "boot/grub/custom.cfg", "boot/grub/hostcfg/pc9.cfg", "boot/grub/grub.cfg", "start.conf"], path => Assert.True(home.Has(path), path));
    }

    [Fact]
    public async Task A_GRUB_file_without_the_marker_and_a_real_host_file_are_the_administrators()
    {
        var lab = await home.AddGroupAsync("lab1", TreeHome.StartConf("lab1"));
        await home.AddHostAsync("pc1", lab, "10.0.1.1");
        home.Write("boot/grub/lab1.cfg", "menuentry mine {}");
        home.Write("boot/grub/hostcfg/pc1.cfg", "menuentry mine too {}");

        var state = await home.RunAsync();

        Assert.Empty(state.Drifts);
        Assert.Equal(2, state.Theirs);
        Assert.Equal("menuentry mine {}", home.Read("boot/grub/lab1.cfg"));
        Assert.Equal("menuentry mine too {}", home.Read("boot/grub/hostcfg/pc1.cfg"));
    }

    [Fact]
    public async Task The_tree_of_a_linuxmuster_server_is_taken_over()
    {
        var lab = await home.AddGroupAsync("lab1", TreeHome.StartConf("lab1"));
        await home.AddHostAsync("pc1", lab, "10.0.1.1");
        home.Write("start.conf.lab1", TreeHome.StartConf("lab1"));
        home.Write("boot/grub/lab1.cfg", "# old\n" + GrubConfig.Marker + "\n");
        File.CreateSymbolicLink(home.Tree.PathOf("start.conf-10.0.1.1"), "start.conf.lab0");

        var state = await home.RunAsync();

        Assert.Empty(state.Drifts);
        Assert.Contains("menuentry", home.Read("boot/grub/lab1.cfg"), StringComparison.Ordinal);
        Assert.Equal("start.conf.lab1", home.LinkAt("start.conf-10.0.1.1"));
    }

    /// <summary>linuxmuster-import-devices on the same tree: it makes its links and its GRUB files anew.</summary>
    [Fact]
    public async Task A_linuxmuster_server_may_import_again_and_nothing_of_the_portal_is_held_up()
    {
        var lab = await home.AddGroupAsync("lab1", TreeHome.StartConf("lab1"));
        await home.AddHostAsync("pc1", lab, "10.0.1.1");
        await home.RunAsync();
        var ours = home.Read("boot/grub/lab1.cfg");
        home.Write("boot/grub/lab1.cfg", "# grub.cfg template for linbo client groups\n" + GrubConfig.Marker + "\nset default=0\n");
        File.Delete(home.Tree.PathOf("start.conf-10.0.1.1"));
        File.Delete(home.Tree.PathOf("boot/grub/hostcfg/pc1.cfg"));

        Assert.Empty((await home.RunAsync()).Drifts);

        Assert.Equal(ours, home.Read("boot/grub/lab1.cfg"));
        Assert.Equal("start.conf.lab1", home.LinkAt("start.conf-10.0.1.1"));
        Assert.Equal("../lab1.cfg", home.LinkAt("boot/grub/hostcfg/pc1.cfg"));
        await home.SetTextAsync(lab, TreeHome.StartConf("lab1").Replace("[Partition]", "KernelOptions = debug\n[Partition]", StringComparison.Ordinal));
        Assert.Empty((await home.RunAsync(isFull: false)).Drifts);
        Assert.Contains("debug", home.Read("boot/grub/lab1.cfg"), StringComparison.Ordinal);

        // What a person changed in the portal's own text stays.
        home.Write("boot/grub/lab1.cfg", ours + "# by hand\n");
        Assert.Equal(TreeDriftKind.Changed, Assert.Single((await home.RunAsync()).Drifts).Kind);
    }

    [Fact]
    public async Task Hostile_names_write_nothing_outside_and_never_over_grub_cfg()
    {
        await home.AddGroupAsync("../evil", TreeHome.StartConf("evil"));
        await home.AddGroupAsync("grub", TreeHome.StartConf("grub"));
        var lab = await home.AddGroupAsync("lab1", TreeHome.StartConf("lab1"));
        await home.AddHostAsync("../../evil", lab, "10.0.1.1");

        var state = await home.RunAsync();

        Assert.Empty(state.Problems);
        Assert.Contains("linbo_netboot", home.Read("boot/grub/grub.cfg"), StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(home.Tree.Root)!, "*evil*", SearchOption.AllDirectories), _ => true);
    }

    [Fact]
    public async Task A_link_out_of_the_tree_is_not_followed_when_writing()
    {
        await home.AddGroupAsync("lab1", TreeHome.StartConf("lab1"));
        var outside = Path.Combine(Path.GetDirectoryName(home.Tree.Root)!, "outside");
        Directory.CreateDirectory(outside);
        Directory.CreateDirectory(home.Tree.PathOf("boot"));
        Directory.CreateSymbolicLink(home.Tree.PathOf("boot/grub"), outside);
        File.WriteAllText(Path.Combine(outside, "secret"), "secret");
        File.CreateSymbolicLink(home.Tree.PathOf("start.conf.lab1"), "../outside/secret");

        var state = await home.RunAsync();

        Assert.False(File.Exists(Path.Combine(outside, "grub.cfg")));
        Assert.Equal("secret", await File.ReadAllTextAsync(Path.Combine(outside, "secret"), TreeHome.Ct));
        Assert.Contains(state.Problems, p => p.Message.Contains("outside", StringComparison.Ordinal));
        Assert.Equal(TreeDriftKind.Link, Assert.Single(state.Drifts).Kind);
    }

    [Fact]
    public async Task Twenty_thousand_hosts_are_projected_in_seconds_and_one_change_in_less()
    {
        var lab = await home.AddGroupAsync("lab1", TreeHome.StartConf("lab1"));
        var first = await home.AddHostAsync("pc0", lab, "10.0.0.1");
        await home.AddManyAsync(first, 20_000);
        using var heard = home.Events.Subscribe();

        var state = await home.RunAsync();

        Assert.Empty(state.Problems);
        Assert.True(state.Written > 60_000);
        await home.ChangeAsync(db => db.Hosts.Remove(first));
        var start = TimeProvider.System.GetTimestamp();
        Assert.Equal(3, (await home.RunAsync(isFull: false)).Written);
        Assert.True(TimeProvider.System.GetElapsedTime(start) < Wait.Limit);
        Assert.True(heard.Reader.TryRead(out var told));
        Assert.Equal(new PortalEvent.TreeProjected(state.Written, 0), told);
    }
}
