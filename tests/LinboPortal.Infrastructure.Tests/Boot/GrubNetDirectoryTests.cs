using LinboPortal.Infrastructure.Boot;
using LinboPortal.Infrastructure.Processes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Tree = LinboPortal.Infrastructure.LinboTree.LinboTree;

namespace LinboPortal.Infrastructure.Tests.Boot;

public sealed class GrubNetDirectoryTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Tree tree;

    public GrubNetDirectoryTests()
    {
        tree = new Tree(Directory.CreateDirectory(folder.At("linbo")).FullName, folder.At("config"), folder.At("log"));
        Directory.CreateDirectory(tree.PathOf("boot"));
    }

    private GrubNetDirectory Builder(string? program = "/usr/bin/grub-mknetdir", string library = "/usr/lib/grub", string address = "10.0.0.2") =>
        new(tree, Options.Create(new PortalOptions { ServerAddress = address }), NullLogger<GrubNetDirectory>.Instance) { Program = program, GrubLibrary = library };

    private static void NeedsGrub() =>
        Assert.SkipUnless(Programs.Find("grub-mknetdir") is not null && Directory.Exists("/usr/lib/grub/x86_64-efi"), "GRUB's tools are not installed.");

    [Fact]
    public async Task Both_platforms_are_built_and_nothing_is_left_over()
    {
        NeedsGrub();
        var grub = Builder();
        await grub.BuildAsync(TestContext.Current.CancellationToken);
        Assert.Empty(grub.Problems);
        foreach (var file in new[] { "i386-pc/core.0", "i386-pc/proxy.0", "x86_64-efi/core.efi", "x86_64-efi/proxy.efi", "x86_64-efi/http.mod", "fonts/unicode.pf2" })
            Assert.True(File.Exists(tree.PathOf("boot/grub/" + file)), file);
        Assert.Equal("source /boot/grub/grub.cfg\n", await File.ReadAllTextAsync(tree.PathOf("boot/grub/i386-pc/grub.cfg"), TestContext.Current.CancellationToken));
        Assert.Equal([tree.PathOf("boot/grub")], Directory.GetFileSystemEntries(tree.PathOf("boot")));
    }

    [Fact]
    public async Task An_up_to_date_directory_is_not_built_again_and_an_old_one_is()
    {
        NeedsGrub();
        await Builder().BuildAsync(TestContext.Current.CancellationToken);
        var stamp = tree.PathOf("boot/grub/i386-pc/.linboportal");
        var before = Directory.GetCreationTimeUtc(tree.PathOf("boot/grub/i386-pc"));
        await Builder().BuildAsync(TestContext.Current.CancellationToken);
        Assert.Equal(before, Directory.GetCreationTimeUtc(tree.PathOf("boot/grub/i386-pc")));
        await File.WriteAllTextAsync(stamp, "GRUB of yesterday", TestContext.Current.CancellationToken);
        await Builder().BuildAsync(TestContext.Current.CancellationToken);
        Assert.Contains("tftp", await File.ReadAllTextAsync(stamp, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_PCs_load_behind_a_proxy_knows_the_portals_address_and_is_made_anew_where_that_changes()
    {
        NeedsGrub();
        foreach (var address in new[] { "10.0.0.2", "10.16.1.1" })
        {
            await Builder(address: address).BuildAsync(TestContext.Current.CancellationToken);
            var program = await File.ReadAllBytesAsync(tree.PathOf("boot/grub/x86_64-efi/proxy.efi"), TestContext.Current.CancellationToken);
            Assert.True(program.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes($"net_default_server={address}\n")) > 0, address);
        }
    }

    [Fact]
    public async Task A_proxys_file_that_cannot_be_made_hinders_no_other_PC_and_is_tried_again()
    {
        NeedsGrub();
        var broken = new GrubNetDirectory(tree, Options.Create(new PortalOptions { ServerAddress = "10.0.0.2" }), NullLogger<GrubNetDirectory>.Instance) { ImageProgram = "/bin/false" };
        await broken.BuildAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, broken.Problems.Count);
        Assert.Contains("grub-mkimage failed for i386-pc", broken.Problems[0], StringComparison.Ordinal);
        Assert.True(File.Exists(tree.PathOf("boot/grub/i386-pc/core.0")));

        await Builder().BuildAsync(TestContext.Current.CancellationToken);
        Assert.True(File.Exists(tree.PathOf("boot/grub/i386-pc/proxy.0")));
    }

    [Fact]
    public async Task A_directory_of_somebody_else_is_left_alone()
    {
        NeedsGrub();
        folder.Write("linbo/boot/grub/i386-pc/core.0", "theirs");
        await Builder().BuildAsync(TestContext.Current.CancellationToken);
        Assert.Equal("theirs", await File.ReadAllTextAsync(tree.PathOf("boot/grub/i386-pc/core.0"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Missing_tools_are_named_with_their_remedy()
    {
        var grub = Builder(program: null, library: folder.At("nothing"));
        await grub.BuildAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, grub.Problems.Count);
        Assert.Contains("apt-get install grub-common grub-pc-bin", grub.Problems[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failing_tool_leaves_the_old_directory_in_place()
    {
        NeedsGrub();
        await Builder().BuildAsync(TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(tree.PathOf("boot/grub/i386-pc/.linboportal"), "old", TestContext.Current.CancellationToken);
        var grub = Builder(program: "/bin/false");
        await grub.BuildAsync(TestContext.Current.CancellationToken);
        Assert.NotEmpty(grub.Problems);
        Assert.True(File.Exists(tree.PathOf("boot/grub/i386-pc/core.0")));
    }

    public void Dispose() => folder.Dispose();
}
