using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Processes;
using LinboPortal.Infrastructure.Remote;
using LinboPortal.Testing;

namespace LinboPortal.Infrastructure.Tests.Distribution;

public sealed class OnBootFilesTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static OnBootFile File(string commands)
    {
        Assert.True(OnBootFile.TryCreate(CommandLine.Parse(commands), true, false, out var file, out _));
        return file;
    }

    [Fact]
    public async Task Commands_wait_for_their_PC_alone_and_are_gone_once_it_has_them()
    {
        await using var rig = await RsyncRig.StartAsync(database);
        await rig.AddHostAsync("boot1", "127.0.7.1");
        var files = new OnBootFiles(rig.Tree, rig.Secret);
        Assert.False(files.Exists("boot1"));
        files.Write("boot1", File("sync:1,start:1"));
        files.Write("boot1", File("sync:2"));
        Assert.True(files.Exists("boot1"));
        Assert.Empty(Directory.EnumerateFiles(rig.Tree.PathOf("linbocmd"), ".*"));

        Assert.NotEqual(0, (await rig.GetAsync("127.0.7.2", "linbo/linbocmd/boot1.cmd")).ExitCode);
        Assert.Equal(0, (await rig.GetAsync("127.0.7.1", "linbo/linbocmd/boot1.cmd")).ExitCode);
        Assert.Equal("sync:2,noauto\n", rig.Got);
        await Wait.UntilAsync("the commands are gone", () => !files.Exists("boot1"));
        Assert.False(files.Remove("boot1"));
    }

    [Fact]
    public async Task A_file_with_the_password_is_for_the_daemons_workers_and_for_no_other_server()
    {
        await using var rig = await RsyncRig.StartAsync(database);
        var secret = new Infrastructure.Distribution.LinboPassword(
            Microsoft.Extensions.Options.Options.Create(new LinboOptions { Password = "geheim" }),
            Microsoft.Extensions.Options.Options.Create(new PortalOptions { DataDirectory = rig.Folder.At("other"), ServerAddress = "127.0.0.1" }));
        var files = new OnBootFiles(rig.Tree, secret);
        files.Write("boot2", File("upload_image:1"));
        var path = rig.Tree.PathOf("linbocmd/boot2.cmd");
        Assert.Equal("linbo:geheim,upload_image:1,noauto\n", await System.IO.File.ReadAllTextAsync(path, Ct));
        Assert.Equal(AtomicFile.Private, System.IO.File.GetUnixFileMode(path));
        if (SystemUser.IsRoot)
            Assert.Equal("nobody", (await SystemUser.OwnerOfAsync(path, Ct)).Name);
        Assert.False(rig.Tree.TryResolveServable("linbocmd/boot2.cmd", out _));
        Assert.False(rig.Tree.TryResolveServable("boot/../linbocmd/boot2.cmd", out _));
        Assert.False(rig.Tree.TryResolveServable("LINBOCMD/boot2.cmd", out _));
        Assert.True(files.Remove("boot2"));
        Assert.False(files.Exists("boot2"));
        // The rig's own password has a semicolon and more, but neither comma nor space.
        Assert.Throws<ArgumentException>(() => new OnBootFiles(rig.Tree, rig.Secret).Write("boot2", File("upload_image:1")));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/b")]
    [InlineData(".hidden")]
    [InlineData("")]
    [InlineData("a b")]
    public void A_name_that_leads_elsewhere_is_refused(string host)
    {
        using var folder = new TemporaryFolder();
        var files = new OnBootFiles(new Infrastructure.LinboTree.LinboTree(folder.At("tree"), folder.At("c"), folder.At("l")), null!);
        Assert.Throws<ArgumentException>(() => files.Write(host, File("sync:1")));
        Assert.Throws<ArgumentException>(() => files.Exists(host));
    }

    [Fact]
    public async Task A_download_that_prints_nothing_shows_how_far_it_is()
    {
        await using var rig = await RsyncRig.StartAsync(database);
        var content = new byte[12_000_000];
        Random.Shared.NextBytes(content);
        Directory.CreateDirectory(rig.Tree.PathOf("images/win"));
        await System.IO.File.WriteAllBytesAsync(rig.Tree.PathOf("images/win/win.qcow2"), content, Ct);
        var progress = new Infrastructure.Distribution.RsyncProgress(rig.Setup);
        Assert.Empty(progress.Look());

        var downloads = Enumerable.Range(1, 3).Select(i => RsyncRig.RunAsync(
            ["-L", "--bwlimit=6000", $"--address=127.0.8.{i}", $"rsync://127.0.0.1:{rig.Port}/linbo/images/win/win.qcow2", rig.Folder.At($"got{i}")])).ToList();
        var seen = new Dictionary<string, List<double>>();
        while (!downloads.TrueForAll(d => d.IsCompleted))
        {
            foreach (var (client, position) in progress.Look())
            {
                Assert.Equal(("win.qcow2", content.Length), (position.File, position.Size));
                if (!seen.TryGetValue(client.ToString(), out var percents))
                    seen[client.ToString()] = percents = [];
                percents.Add(position.Percent);
            }

            await Task.Delay(20, Ct);
        }

        Assert.All(await Task.WhenAll(downloads), d => Assert.Equal(0, d.ExitCode));
        Assert.Equal(["127.0.8.1", "127.0.8.2", "127.0.8.3"], seen.Keys.Order());
        Assert.All(seen.Values, percents =>
        {
            Assert.Equal(percents.Order(), percents);
            Assert.Contains(percents, p => p is > 5 and < 95);
        });
        await Wait.UntilAsync("no download is seen any more", () => progress.Look().Count == 0);
    }
}
