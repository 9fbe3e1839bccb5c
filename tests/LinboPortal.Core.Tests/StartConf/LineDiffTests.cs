using LinboPortal.Core.StartConf;

namespace LinboPortal.Core.Tests.StartConf;

public sealed class LineDiffTests
{
    [Theory]
    [InlineData("a\nb\nc\n", "a\nb\nc\n", " a| b| c")]
    [InlineData("a\nb\nc\n", "a\nX\nc\n", " a|-b|+X| c")]
    [InlineData("", "a\nb", "+a|+b")]
    [InlineData("a\nb", "", "-a|-b")]
    [InlineData("a\nb\nc\nd\n", "b\nc\nd\ne\n", "-a| b| c| d|+e")]
    [InlineData("a\na\nb\n", "a\nb\n", " a|-a| b")]
    [InlineData("a\r\n", "a\n", "-a␍|+a")]
    public void The_changes_are_the_fewest_lines(string before, string after, string expected) =>
        Assert.Equal(expected, string.Join('|', LineDiff.Compare(before, after).Select(Sign)));

    [Fact]
    public void Both_texts_can_be_read_back_from_any_comparison()
    {
        var random = new Random(7);
        for (var i = 0; i < 500; i++)
        {
            var before = Text(random);
            var after = Text(random);
            var lines = LineDiff.Compare(before, after);
            Assert.Equal(before, string.Concat(lines.Where(l => l.OldNumber is not null).Select(l => l.Text + "\n")));
            Assert.Equal(after, string.Concat(lines.Where(l => l.NewNumber is not null).Select(l => l.Text + "\n")));
            Assert.All(lines.Where(l => l.OldNumber is not null).Select((l, n) => (l.OldNumber, n + 1)), p => Assert.Equal(p.Item2, p.OldNumber));
        }
    }

    [Fact]
    public void Very_long_texts_are_compared_without_taking_the_memory()
    {
        var before = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"a{i}\n"));
        var after = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"b{i}\n"));
        Assert.Equal(40_000, LineDiff.Compare(before, after).Length);
    }

    [Fact]
    public void Context_leaves_out_what_did_not_change()
    {
        var before = string.Concat(Enumerable.Range(0, 30).Select(i => $"{i}\n"));
        var lines = LineDiff.WithContext(LineDiff.Compare(before, before.Replace("15\n", "x\n", StringComparison.Ordinal)), 2);
        Assert.Equal("…| 13| 14|-15|+x| 16| 17|…", string.Join('|', lines.Select(l => l is null ? "…" : Sign(l))));
    }

    private static string Text(Random random) => string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => (char)('a' + random.Next(4)) + "\n"));

    private static string Sign(DiffLine line) => line.Change switch { LineChange.Same => " ", LineChange.Added => "+", _ => "-" } + line.Text;
}
