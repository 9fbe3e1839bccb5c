using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Tests.Hosts;

public sealed class SelectorAndPatternTests
{
    [Theory]
    [InlineData("r101-pc{01}", "r101-pc01", "r101-pc02")]
    [InlineData("pc{9}x", "pc9x", "pc10x")]
    [InlineData("pc{099}", "pc099", "pc100")]
    [InlineData("{1}a", "1a", "2a")]
    [InlineData(" pc{0} ", "pc0", "pc1")]
    public void A_pattern_counts_with_its_digits(string text, string first, string second)
    {
        Assert.True(NamePattern.TryParse(text, out var pattern));
        Assert.Equal([first, second], pattern.Names(_ => false).Take(2));
    }

    [Fact]
    public void A_pattern_leaves_out_names_that_are_taken()
    {
        Assert.True(NamePattern.TryParse("pc{01}", out var pattern));
        Assert.Equal(["pc01", "pc03"], pattern.Names(n => n == "pc02").Take(2));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("pc")]
    [InlineData("pc{}")]
    [InlineData("pc{a}")]
    [InlineData("pc}1{")]
    [InlineData("pc{1}{2}")]
    [InlineData("pc{1234567}")]
    [InlineData("pc{-1}")]
    public void What_does_not_count_is_no_pattern(string? text) => Assert.False(NamePattern.TryParse(text, out _));

    [Fact]
    public void Selectors_are_read()
    {
        Assert.Equal(["a", "b"], Assert.IsType<HostSelector.Hosts>(Parse("a, b")).Names);
        Assert.Equal(["all"], Assert.IsType<HostSelector.Hosts>(Parse("host:all")).Names);
        Assert.Equal(["r101"], Assert.IsType<HostSelector.Rooms>(Parse("room:r101")).Names);
        Assert.Equal(["lab1", "lab2"], Assert.IsType<HostSelector.Groups>(Parse("GROUP:lab1,lab2")).Names);
        Assert.Equal(new HostSelector.All(null), Parse("all"));
        Assert.Equal(new HostSelector.All("gym"), Parse("school:gym"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("room:")]
    [InlineData("planet:earth")]
    [InlineData("school:a,b")]
    [InlineData(",")]
    [InlineData("saved:")]
    [InlineData("saved:a\0b")]
    [InlineData("search:a\0b")]
    [InlineData("search:search=%00")]
    [InlineData("search:rom=r101&state=off")] // misspelt, it would mean every PC that is off
    public void Other_selectors_are_refused(string text) => Assert.False(HostSelector.TryParse(text, out _));

    [Theory]
    [InlineData("all")]
    [InlineData("school:gym")]
    [InlineData("room:r101,r102")]
    [InlineData("group:lab1")]
    [InlineData("host:all")]
    [InlineData("search:hinten links")]
    [InlineData("search:search=a%3Db&state=off&room=r101&group=nopxe")]
    [InlineData("search:state=off&school=gym")]
    [InlineData("saved:PCs that are off, 2nd floor: all")]
    public void A_selector_is_written_as_it_is_read(string text) => Assert.Equal(text, Parse(text).ToString());

    [Fact]
    public void A_saved_search_is_its_whole_name() =>
        Assert.Equal([new HostSelector.Saved("Win 11, alt"), new HostSelector.Saved("a:b")], [Parse("saved: Win 11, alt "), Parse("SAVED:a:b")]);

    [Fact]
    public void A_search_is_read_from_the_address_of_the_host_list()
    {
        Assert.Equal(new HostSelector.Search("hinten links", HostState.Linbo), Parse("search:search=hinten+links&state=linbo&sort=room&page=2"));
        Assert.Equal(new HostSelector.Search("52:54:00"), Parse("search:52:54:00"));
        Assert.False(HostSelector.TryParse("search:", out _));
        Assert.False(HostSelector.TryParse("search:state=sleeping", out _));
        Assert.False(HostSelector.TryParse("search:page=2", out _));
    }

    private static HostSelector Parse(string text) => HostSelector.TryParse(text, out var selector) ? selector : throw new FormatException(text);
}
