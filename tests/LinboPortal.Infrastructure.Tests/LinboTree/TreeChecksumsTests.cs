using System.Security.Cryptography;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Testing;

namespace LinboPortal.Infrastructure.Tests.LinboTree;

/// <summary>A client that meets the checksum of half a file caches that half and never starts again.</summary>
public sealed class TreeChecksumsTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);
    private readonly TreeHome home = new(database);

    public async ValueTask InitializeAsync() => await home.EmptyAsync();

    public ValueTask DisposeAsync()
    {
        home.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("xz --check=none -T2 --block-size=64KiB")]
    [InlineData("zstd -q")]
    [InlineData("gzip")]
    public async Task While_an_initramfs_is_copied_in_place_only_the_old_and_the_new_checksum_are_seen(string packer)
    {
        home.Ahead = Long;
        var (old, next) = (await home.InitramfsAsync(packer), await home.InitramfsAsync(packer));
        home.Write("linbo64", TreeHome.Kernel());
        home.Write("linbofs64", old);
        await home.RunAsync();
        Assert.Equal(Md5(old), home.Read("linbofs64.md5"));

        // Once with the file open all the time, as cp and scp have it, once opened for each piece.
        foreach (var staysOpen in new[] { true, false })
        {
            var path = home.Tree.PathOf("linbofs64");
            var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, 0);
            for (var at = 0; at < next.Length; at += 20_000)
            {
                await file.WriteAsync(next.AsMemory(at, Math.Min(20_000, next.Length - at)), TreeHome.Ct);
                if (!staysOpen)
                    await file.DisposeAsync();
                if (staysOpen || at + 20_000 < next.Length)
                {
                    var state = await home.RunAsync();
                    Assert.Equal(Md5(old), home.Read("linbofs64.md5"));
                    Assert.Equal(staysOpen ? BootFileCondition.Arriving : BootFileCondition.CutOff, state.BootFiles.Single(f => f.Name == "linbofs64").Condition);
                }

                if (!staysOpen)
                    file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, 0);
            }

            await file.DisposeAsync();
            await home.RunAsync();
            Assert.Equal(Md5(next), home.Read("linbofs64.md5"));
            (old, next) = (next, old);
        }
    }

    [Fact]
    public async Task A_file_that_changed_a_moment_ago_is_waited_for()
    {
        home.Write("linbo64", TreeHome.Kernel());
        home.Write("linbofs64", await home.InitramfsAsync());
        Assert.All((await home.RunAsync()).BootFiles, f => Assert.Equal(BootFileCondition.Arriving, f.Condition));
        Assert.False(home.Has("linbofs64.md5"));
        home.Ahead = Long;
        Assert.All((await home.RunAsync()).BootFiles, f => Assert.Equal(BootFileCondition.Whole, f.Condition));
        Assert.Equal(Md5(TreeHome.Kernel()), home.Read("linbo64.md5"));
    }

    [Fact]
    public async Task Kernel_and_initramfs_are_published_together()
    {
        home.Ahead = Long;
        var (kernel, initramfs) = (TreeHome.Kernel(), await home.InitramfsAsync());
        home.Write("linbo64", kernel);
        await home.RunAsync();
        Assert.False(home.Has("linbo64.md5"));
        home.Write("linbofs64", initramfs);
        await home.RunAsync();
        Assert.Equal((Md5(kernel), Md5(initramfs)), (home.Read("linbo64.md5"), home.Read("linbofs64.md5")));

        // The kernel of the next LINBO is still on its way.
        home.Write("linbofs64", await home.InitramfsAsync());
        home.Write("linbo64", TreeHome.Kernel(20)[..^32]);
        var state = await home.RunAsync();
        Assert.Equal(BootFileCondition.CutOff, state.BootFiles.Single(f => f.Name == "linbo64").Condition);
        Assert.Equal((Md5(kernel), Md5(initramfs)), (home.Read("linbo64.md5"), home.Read("linbofs64.md5")));

        home.Write("linbo64", TreeHome.Kernel(20));
        await home.RunAsync();
        Assert.Equal(Md5(TreeHome.Kernel(20)), home.Read("linbo64.md5"));
        Assert.NotEqual(Md5(initramfs), home.Read("linbofs64.md5"));
        Assert.Equal(
            $"{home.Read("linbofs64.md5").Trim()}  /linbofs64\n{home.Read("linbo64.md5").Trim()}  /linbo64\n", home.Read("boot/grub/linbo.md5sum"));
    }

    [Fact]
    public async Task Something_else_under_the_name_of_the_initramfs_gets_no_checksum()
    {
        home.Ahead = Long;
        home.Write("linbo64", TreeHome.Kernel());
        home.Write("linbofs64", "<html>404 Not Found</html>");
        Assert.Equal(BootFileCondition.Foreign, (await home.RunAsync()).BootFiles.Single(f => f.Name == "linbofs64").Condition);
        Assert.False(home.Has("linbofs64.md5"));
    }

    [Fact]
    public async Task Old_clients_find_the_initramfs_by_its_old_name_as_long_as_there_is_one()
    {
        home.Ahead = Long;
        home.Write("linbo64", TreeHome.Kernel());
        home.Write("linbofs64", await home.InitramfsAsync());
        await home.RunAsync();
        Assert.Equal(("linbofs64", "linbofs64.md5"), (home.LinkAt("linbofs64.lz"), home.LinkAt("linbofs64.lz.md5")));
        Assert.Equal(home.Read("linbofs64.md5"), home.Read("linbofs64.lz.md5"));
        Assert.Contains("  /linbofs64.lz\n", home.Read("boot/grub/linbo.lz.md5sum"), StringComparison.Ordinal);

        File.Delete(home.Tree.PathOf("linbofs64"));
        await home.RunAsync();
        Assert.False(home.Has("linbofs64.lz"));
        Assert.False(home.Has("linbofs64.lz.md5"));
    }

    [Fact]
    public async Task The_initramfs_of_an_old_LINBO_is_found_by_todays_name_too()
    {
        home.Ahead = Long;
        home.Write("linbo64", TreeHome.Kernel());
        var initramfs = await home.InitramfsAsync("xz --format=lzma");
        home.Write("linbofs64.lz", initramfs);
        await home.RunAsync();
        await home.RunAsync();
        Assert.Equal("linbofs64.lz", home.LinkAt("linbofs64"));
        Assert.Equal((Md5(initramfs), Md5(initramfs)), (home.Read("linbofs64.md5"), home.Read("linbofs64.lz.md5")));
        Assert.Null(home.LinkAt("linbofs64.lz"));
    }

    private static string Md5(byte[] content)
    {
#pragma warning disable CA5351 // as clients compare it
        return Convert.ToHexStringLower(MD5.HashData(content)) + "\n";
#pragma warning restore CA5351
    }
}
