using System.Text;
using LinboPortal.Core.Boot;

namespace LinboPortal.Core.Tests.Boot;

public sealed class GrubEnvironmentTests
{
    [Fact]
    public void A_block_has_1024_bytes_filled_up_with_hashes()
    {
        var block = GrubEnvironment.Write([new("reboot_grub", "(hd0,1)"), new("reboot_append", @"a=b \ c")]);
        Assert.Equal(1024, block.Length);
        Assert.StartsWith("# GRUB Environment Block\nreboot_grub=(hd0,1)\nreboot_append=a=b \\\\ c\n###", Encoding.ASCII.GetString(block), StringComparison.Ordinal);
        Assert.EndsWith("####", Encoding.ASCII.GetString(block), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("simple")]
    [InlineData(@"back\slash")]
    [InlineData("two\nlines")]
    [InlineData("umlaut ä = #")]
    public void What_was_written_is_read(string value)
    {
        var read = GrubEnvironment.Read(GrubEnvironment.Write([new("a", value), new("b", "2")]));
        Assert.Equal(value, read!["a"]);
        Assert.Equal("2", read["b"]);
    }

    [Fact]
    public void Too_much_and_bad_names_are_refused()
    {
        Assert.Throws<ArgumentException>(() => GrubEnvironment.Write([new("a", new string('x', 1024))]));
        Assert.Throws<ArgumentException>(() => GrubEnvironment.Write([new("a=b", "x")]));
    }

    [Fact]
    public void Other_bytes_are_no_block()
    {
        Assert.Null(GrubEnvironment.Read("# GRUB"u8));
        Assert.Null(GrubEnvironment.Read(new byte[1024]));
    }

    [Fact]
    public void The_odd_request_of_a_client_with_a_network_cache_becomes_a_block()
    {
        var block = GrubEnvironment.FromRebootRequest("(hd0,1)#boot/vmlinuz#boot/initrd.img#ro splash#.reboot");
        var read = GrubEnvironment.Read(block);
        Assert.Equal("(hd0,1)", read!["reboot_grub"]);
        Assert.Equal("boot/vmlinuz", read["reboot_kernel"]);
        Assert.Equal("boot/initrd.img", read["reboot_initrd"]);
        Assert.Equal("ro splash", read["reboot_append"]);
    }

    [Theory]
    [InlineData("x.reboot")]
    [InlineData("(hd0,1)#a#b#.reboot")]
    [InlineData("hd0#a#b#c#.reboot")]
    [InlineData("(hd0,1)#a#b#c#")]
    public void Other_requests_do_not(string name) => Assert.Null(GrubEnvironment.FromRebootRequest(name));
}
