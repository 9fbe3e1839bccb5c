using LinboPortal.Core.Remote;

namespace LinboPortal.Core.Tests.Remote;

public sealed class ShellQuoteTests
{
    [Theory]
    [InlineData("", "''")]
    [InlineData("sync:1", "'sync:1'")]
    [InlineData("a'b", "'a'\\''b'")]
    [InlineData("$(reboot) `reboot` \"x\" \\ ;", "'$(reboot) `reboot` \"x\" \\ ;'")]
    public void A_word_is_what_a_shell_leaves_alone(string text, string quoted) => Assert.Equal(quoted, ShellQuote.Word(text));

    [Fact]
    public void Words_are_apart() => Assert.Equal("'linbo_wrapper' 'create_image:1:it'\\''s'", ShellQuote.Words("linbo_wrapper", "create_image:1:it's"));

    [Fact]
    public void Nothing_with_NUL_is_told_to_a_shell() => Assert.Throws<ArgumentException>(() => ShellQuote.Word("a\0b"));
}
