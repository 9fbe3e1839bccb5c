using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Processes;
using LinboPortal.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LinboPortal.Infrastructure.Tests.LinboTree;

public sealed class TreeDriftTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const string Lab = "start.conf.lab1";
    private readonly TreeHome home = new(database);

    public async ValueTask InitializeAsync() => await home.EmptyAsync();

    public ValueTask DisposeAsync()
    {
        home.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_file_changed_by_hand_is_shown_and_never_overwritten_silently()
    {
        var lab = await home.AddGroupAsync("lab1", TreeHome.StartConf("lab1"));
        await home.RunAsync();
        home.Write(Lab, "# by hand\n");
        await home.SetTextAsync(lab, TreeHome.StartConf("lab1", "from the portal"));

        // The second portal, or the same after a restart, knows it as well.
        using var second = home.NewProjection();
        var state = await second.RunAsync(isFull: false, TreeHome.Ct);

        Assert.Equal("# by hand\n", home.Read(Lab));
        var drift = Assert.Single(state.Drifts);
        Assert.Equal((Lab, TreeDriftKind.Changed, "lab1", true), (drift.Path, drift.Kind, drift.Group, drift.CanTakeIn));
        var texts = await second.ReadDriftAsync(Lab, TreeHome.Ct);
        Assert.Equal((TreeHome.StartConf("lab1", "from the portal"), "# by hand\n"), (texts!.Wanted, texts.Found));
    }

    [Fact]
    public async Task A_drift_is_replaced_when_a_person_says_so_and_only_what_the_person_saw()
    {
        await home.AddGroupAsync("lab1", TreeHome.StartConf("lab1"));
        await home.RunAsync();
        home.Write(Lab, "# by hand\n");
        var seen = Assert.Single((await home.RunAsync()).Drifts);
        home.Write(Lab, "# by hand, again\n");

        Assert.False(await home.Projection.ReplaceAsync(Lab, seen.Found, TreeHome.Ct));
        Assert.Equal("# by hand, again\n", home.Read(Lab));
        Assert.True(await home.Projection.ReplaceAsync(Lab, Assert.Single(home.Projection.State.Drifts).Found, TreeHome.Ct));

        Assert.Equal(TreeHome.StartConf("lab1"), home.Read(Lab));
        Assert.Empty(home.Projection.State.Drifts);
    }

    [Fact]
    public async Task A_text_that_the_portal_takes_in_is_no_drift_any_more()
    {
        var lab = await home.AddGroupAsync("lab1", TreeHome.StartConf("lab1"));
        await home.RunAsync();
        home.Write(Lab, TreeHome.StartConf("lab1", "by hand"));
        Assert.Single((await home.RunAsync()).Drifts);
        await home.SetTextAsync(lab, TreeHome.StartConf("lab1", "by hand"));

        Assert.Empty((await home.RunAsync(isFull: false)).Drifts);
        await home.SetTextAsync(lab, TreeHome.StartConf("lab1", "later"));
        Assert.Empty((await home.RunAsync(isFull: false)).Drifts);
        Assert.Equal(TreeHome.StartConf("lab1", "later"), home.Read(Lab));
    }

    [Fact]
    public async Task A_file_that_was_there_before_the_portal_is_drift_and_not_overwritten()
    {
        home.Write(Lab, "# older than the portal\n");
        await home.AddGroupAsync("lab1", TreeHome.StartConf("lab1"));

        Assert.Equal(TreeDriftKind.Foreign, Assert.Single((await home.RunAsync()).Drifts).Kind);
        Assert.Equal("# older than the portal\n", home.Read(Lab));
    }

    [Fact]
    public async Task A_changed_file_survives_its_group_until_a_person_removes_it()
    {
        await home.AddGroupAsync("lab1", TreeHome.StartConf("lab1"));
        await home.RunAsync();
        home.Write(Lab, "# by hand\n");
        await home.EmptyAsync();

        var drift = Assert.Single((await home.RunAsync(isFull: false)).Drifts);

        Assert.Equal((TreeDriftKind.Leftover, false), (drift.Kind, drift.CanTakeIn));
        Assert.True(await home.Projection.ReplaceAsync(Lab, drift.Found, TreeHome.Ct));
        Assert.False(home.Has(Lab));
    }

    [Fact]
    public async Task A_link_that_leads_elsewhere_since_is_drift()
    {
        var lab = await home.AddGroupAsync("lab1", TreeHome.StartConf("lab1"));
        await home.AddHostAsync("pc1", lab, "10.0.1.1");
        await home.RunAsync();
        File.Delete(home.Tree.PathOf("boot/grub/hostcfg/pc1.cfg"));
        File.CreateSymbolicLink(home.Tree.PathOf("boot/grub/hostcfg/pc1.cfg"), "../exam.cfg");

        var drift = Assert.Single((await home.RunAsync()).Drifts);

        Assert.Equal(("boot/grub/hostcfg/pc1.cfg", TreeDriftKind.Link), (drift.Path, drift.Kind));
        Assert.Equal("../exam.cfg", home.LinkAt("boot/grub/hostcfg/pc1.cfg"));
        var texts = await home.Projection.ReadDriftAsync(drift.Path, TreeHome.Ct);
        Assert.Equal(("-> ../lab1.cfg", "-> ../exam.cfg"), (texts!.Wanted, texts.Found));
    }

    [Fact]
    public async Task A_full_disk_leaves_the_old_files_and_is_told_and_tried_again()
    {
        Assert.SkipUnless(SystemUser.IsRoot, "Mounting a small disk needs root.");
        using var disk = await SmallDisk.MountAsync("256k", TreeHome.Ct);
        Assert.SkipWhen(disk is null, "Mounting is not allowed here.");
        using var small = new TreeHome(database, disk.Path);
        var lab = await small.AddGroupAsync("lab1", TreeHome.StartConf("lab1"));
        Assert.Empty((await small.RunAsync()).Problems);
        var filler = small.Tree.PathOf("filler");
        SmallDisk.Fill(filler);
        await small.SetTextAsync(lab, TreeHome.StartConf("lab1", new string('x', 9000)));

        var state = await small.RunAsync(isFull: false);

        Assert.Equal(TreeHome.StartConf("lab1"), small.Read(Lab));
        Assert.NotEmpty(small.Read("boot/grub/lab1.cfg"));
        Assert.Empty(state.Drifts);
        Assert.Contains("full", state.Problems[0].Message, StringComparison.Ordinal);
        Assert.Contains(small.Tree.Root, state.Problems[0].Message, StringComparison.Ordinal);
        var health = await new TreeHealth(small.Projection).CheckHealthAsync(new HealthCheckContext(), TreeHome.Ct);
        Assert.Equal(HealthStatus.Unhealthy, health.Status);

        File.Delete(filler);
        Assert.Empty((await small.RunAsync(isFull: false)).Problems);
        Assert.Equal(TreeHome.StartConf("lab1", new string('x', 9000)), small.Read(Lab));
        Assert.Empty(Directory.EnumerateFiles(small.Tree.Root, "*.tmp", new EnumerationOptions { AttributesToSkip = FileAttributes.None, RecurseSubdirectories = true }));
    }
}
