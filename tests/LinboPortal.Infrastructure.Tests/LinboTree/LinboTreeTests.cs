using Tree = LinboPortal.Infrastructure.LinboTree.LinboTree;

namespace LinboPortal.Infrastructure.Tests.LinboTree;

public sealed class LinboTreeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Tree tree;

    public LinboTreeTests()
    {
        folder.Write("srv/linbo64", "kernel");
        folder.Write("srv/boot/grub/lab.cfg");
        folder.Write("srv/boot/grub/i386-pc/core.0");
        folder.Write("srv/boot/grub/x86_64-efi/core.efi");
        folder.Write("secret/passwords");
        Directory.CreateDirectory(folder.At("srv/boot/grub/hostcfg"));
        File.CreateSymbolicLink(folder.At("srv/boot/grub/hostcfg/pc1.cfg"), "../lab.cfg");
        File.CreateSymbolicLink(folder.At("srv/out"), "../secret");
        File.CreateSymbolicLink(folder.At("srv/outfile"), folder.At("secret/passwords"));
        File.CreateSymbolicLink(folder.At("srv/dangling"), "../secret/later");
        File.CreateSymbolicLink(folder.At("srv/loop"), "loop");
        tree = new Tree(folder.At("srv"), folder.At("config"), folder.At("log"));
    }

    [Theory]
    [InlineData("linbo64", "linbo64")]
    [InlineData("/linbo64", "linbo64")]
    [InlineData("//boot//grub/./lab.cfg", "boot/grub/lab.cfg")]
    [InlineData("/boot/grub/hostcfg/pc1.cfg", "boot/grub/lab.cfg")]
    [InlineData("boot/grub/missing.cfg", "boot/grub/missing.cfg")]
    [InlineData("no/such/directory/at all", "no/such/directory/at all")]
    [InlineData("linbo64/below-a-file", "linbo64/below-a-file")]
    [InlineData("pxelinux.0", "boot/grub/i386-pc/core.0")]
    [InlineData("boot/grub/x86_64-efi/proxy.efi", "boot/grub/x86_64-efi/core.efi")]
    [InlineData("/boot/grub/grub.efi", "boot/grub/x86_64-efi/core.efi")]
    [InlineData("EFI/BOOT/BOOTX64.EFI", "boot/grub/x86_64-efi/core.efi")]
    public void A_name_inside_the_root_is_resolved(string requested, string expected)
    {
        Assert.True(tree.TryResolve(requested, out var path));
        Assert.Equal(folder.At("srv/" + expected), path);
    }

    [Theory]
    [InlineData("../secret/passwords")]
    [InlineData("boot/../../secret/passwords")]
    [InlineData("boot/../linbo64")]
    [InlineData("..")]
    [InlineData("out/passwords")]
    [InlineData("out/not-there")]
    [InlineData("outfile")]
    [InlineData("dangling")]
    [InlineData("loop")]
    [InlineData("loop/x")]
    [InlineData("linbo64\0.cfg")]
    [InlineData("linbo64\n")]
    public void A_name_that_leaves_the_root_is_refused(string requested)
    {
        Assert.False(tree.TryResolve(requested, out var path));
        Assert.Equal("", tree.TryResolveServable(requested, out path) ? path : "");
    }

    [Fact]
    public void An_over_long_name_is_refused() => Assert.False(tree.TryResolve(new string('a', 2000), out _));

    [Fact]
    public void A_file_of_the_administrator_wins_over_a_customary_name()
    {
        var own = folder.Write("srv/pxelinux.0", "mine");
        Assert.True(tree.TryResolve("pxelinux.0", out var path));
        Assert.Equal(own, path);
    }

    [Fact]
    public void A_root_that_is_a_link_itself_works()
    {
        File.CreateSymbolicLink(folder.At("link"), "srv");
        var linked = new Tree(folder.At("link"), folder.At("config"), folder.At("log"));
        Assert.True(linked.TryResolve("linbo64", out _));
        Assert.False(linked.TryResolve("out/passwords", out _));
    }

    [Theory]
    [InlineData("linbo64", true)]
    [InlineData("boot/grub/grub.cfg", true)]
    [InlineData("images/win11/win11.qcow2", true)]
    [InlineData("start.conf.lab", true)]
    [InlineData("images/win11/win11.qcow2.macct", false)]
    [InlineData("images/win11/WIN11.QCOW2.MACCT", false)]
    [InlineData("images/win11/win11.qcow2.BAK", false)]
    [InlineData("images/win11/.win11.qcow2.Xa83bd", false)]
    [InlineData(".start.conf.lab.bak.1700000000", false)]
    [InlineData("images/tmp/win11.qcow2", false)]
    [InlineData("linbocmd/pc1.cmd", false)]
    [InlineData("log/pc1_linbo.log", false)]
    [InlineData("tmp/start.conf_pc1", false)]
    [InlineData("rsyncd.secrets", false)]
    [InlineData("pc9.new", false)]
    [InlineData("", false)]
    public void Only_the_anonymous_part_is_servable(string relative, bool servable) =>
        Assert.Equal(servable, Tree.IsServable(relative));

    [Fact]
    public void A_link_to_a_secret_inside_the_root_is_not_served()
    {
        folder.Write("srv/images/w/w.qcow2.macct");
        File.CreateSymbolicLink(folder.At("srv/harmless"), "images/w/w.qcow2.macct");
        Assert.False(tree.TryResolveServable("harmless", out _));
    }

    [Fact]
    public void No_random_name_ever_leads_outside()
    {
        var random = new Random(4711);
        string[] parts = ["..", ".", "", "out", "outfile", "dangling", "loop", "boot", "grub", "hostcfg", "pc1.cfg", "linbo64", "ä\u202e", "\0", "a b", "%2e%2e", "\\..\\"];
        for (var i = 0; i < 20_000; i++)
        {
            var name = string.Join('/', Enumerable.Range(0, random.Next(1, 7)).Select(_ => parts[random.Next(parts.Length)]));
            if (tree.TryResolve(name, out var path))
                Assert.True(path == tree.Root || path.StartsWith(tree.Root + "/", StringComparison.Ordinal), name);
            if (tree.TryResolve(name, out path) && File.Exists(path))
                Assert.NotEqual("x", path.Contains("secret", StringComparison.Ordinal) ? File.ReadAllText(path) : "");
        }
    }

    public void Dispose() => folder.Dispose();
}
