using LinboPortal.Core.Boot;

namespace LinboPortal.Core.Tests.Boot;

public sealed class KernelOptionsTests
{
    [Theory]
    [InlineData("quiet splash", "netboot", "quiet splash netboot")]
    [InlineData("quiet splash", "quiet", "quiet splash")]
    [InlineData("dhcpretry=3 quiet", "dhcpretry=9", "dhcpretry=9 quiet")]
    [InlineData("console=tty0", "console=ttyS0", "console=tty0 console=ttyS0")]
    [InlineData("", "localboot", "localboot")]
    [InlineData("  a \t b ", "", "a b")]
    public void Merging_replaces_by_name_and_keeps_the_order(string options, string more, string merged) =>
        Assert.Equal(merged, KernelOptions.Parse(options).Merge(KernelOptions.Parse(more)).ToString());

    [Fact]
    public void Values_and_flags_are_found()
    {
        var options = KernelOptions.Parse("quiet server=10.0.0.5 server=10.0.0.6 nomenu=");
        Assert.True(options.Has("quiet"));
        Assert.False(options.Has("qui"));
        Assert.Equal("10.0.0.6", options.Value("server"));
        Assert.Equal("", options.Value("nomenu"));
        Assert.Null(options.Value("quiet"));
        Assert.Equal(["server"], options.Repeated);
    }

    [Fact]
    public void Nothing_is_no_options() => Assert.Equal(KernelOptions.None, KernelOptions.Parse("   "));
}
