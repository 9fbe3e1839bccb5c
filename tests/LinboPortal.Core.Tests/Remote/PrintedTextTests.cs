using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using LinboPortal.Core.Remote;

namespace LinboPortal.Core.Tests.Remote;

public sealed class PrintedTextTests
{
    private const string Secret = "s3cr-Ät";

    private static string Whole(PrintedText printed, byte[] bytes, int size)
    {
        var text = new StringBuilder();
        foreach (var piece in bytes.Chunk(size))
            text.Append(printed.Add(piece)?.Text);
        return text.Append(printed.End()?.Text).ToString();
    }

    [Theory]
    [InlineData("one\ntwo\n", "one\ntwo\n")]
    [InlineData("no end", "no end\n")]
    [InlineData("dos\r\nunix\n", "dos\nunix\n")]
    [InlineData("a\r\r\nb", "a\nb\n")]
    [InlineData("\n\n", "\n\n")]
    [InlineData("    (1.00/100%)\r    (2.00/100%)\r    (100.00/100%)\r\nDone.\n", "    (100.00/100%)\nDone.\n")]
    [InlineData("\rstart\r", "start\n")]
    [InlineData("nul\0l\n", "null\n")]
    [InlineData("\u001b[31mred\u001b[0m \u001b[2J\u001b[1;1Hx\n", "red x\n")]
    [InlineData("\u001b]0;title\u0007text \u001b]8;;http://x\u001b\\link\n", "text link\n")]
    [InlineData("\u001bPq#0\u001b\\after\u001b(B\u001b=\u001b\n", "after\n")]
    [InlineData("bell\u0007 back\u0008 del\u007f \u0085c1 \u009b31mcsi\n", "bell back del c1 csi\n")]
    [InlineData("\u202eevil\n", "evil\n")]
    [InlineData("Ümläut 日本 😀\n", "Ümläut 日本 😀\n")]
    [InlineData("tab\tstays  \n", "tab\tstays\n")]
    [InlineData("the word is s3cr-Ät!\n", "the word is ***!\n")]
    [InlineData("linbo_wrapper linbo:other,sync:1\n", "linbo_wrapper linbo:***,sync:1\n")]
    [InlineData("RSYNC_PASSWORD=abc rsync x\n", "RSYNC_PASSWORD=*** rsync x\n")]
    [InlineData("s3cr\0-\u001b[1mÄt\n", "***\n")]
    public void Text_is_the_same_whatever_the_pieces(string printed, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(printed);
        for (var size = 1; size <= bytes.Length; size++)
            Assert.Equal(text, Whole(new PrintedText(0, Secret), bytes, size));
    }

    [Fact]
    public void Broken_characters_are_replaced() =>
        Assert.Equal("a\uFFFDb\uFFFD\n", Whole(new PrintedText(), [(byte)'a', 0xff, (byte)'b', 0xc3, (byte)'\n'], 1));

    [Fact]
    public void Offsets_say_where_the_text_was()
    {
        var printed = new PrintedText(100);
        Assert.Null(printed.Add("one"u8));
        Assert.Equal(100, printed.Next);
        Assert.Equal(new PrintedPiece(100, "one\ntwo\n", 108), printed.Add("\ntwo\nthr"u8));
        Assert.Equal("thr", printed.LastLine);
        Assert.Equal(new PrintedPiece(108, "three\n", 113), printed.Add("ee"u8) ?? printed.End());
        Assert.Null(printed.End());
    }

    [Fact]
    public void Progress_is_read_from_lines_that_are_taken_back()
    {
        var printed = new PrintedText();
        printed.Add("Converting\n    (12.00/100%)\r"u8);
        Assert.Equal("    (12.00/100%)", printed.LastLine);
        printed.Add("    (34.00/100%)\r   "u8);
        Assert.Equal(34, printed.Progress!.Percent);
        Assert.Equal("    (34.00/100%)", printed.LastLine);
        printed.Add("(35"u8);
        Assert.Equal("   (35", printed.LastLine);
    }

    [Fact]
    public void The_newest_line_shows_no_half_secret()
    {
        var printed = new PrintedText(0, Secret);
        foreach (var one in Encoding.UTF8.GetBytes($"it is {Secret} now"))
        {
            printed.Add([one]);
            Assert.DoesNotContain("s3", printed.LastLine, StringComparison.Ordinal);
        }

        Assert.Equal("it is *** now", printed.LastLine);
        printed.Add("\n\n"u8);
        Assert.Equal("it is *** now", printed.LastLine);
    }

    [Fact]
    public void Megabytes_without_an_end_of_line_are_cut()
    {
        var printed = new PrintedText(0, Secret);
        var text = Whole(printed, [.. Enumerable.Repeat((byte)'x', 3_500_000), (byte)'\n', (byte)'y', (byte)'\n'], 65536);
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(5, lines.Length);
        Assert.All(lines[..4], l => Assert.Equal(new string('x', PrintedText.LongestLine) + " …", l));
        Assert.Equal("y", lines[4]);
        Assert.Equal(3_500_003, printed.Next);
    }

    [Fact]
    public void A_secret_at_the_cut_is_not_seen()
    {
        for (var before = 16 * 1024 - 9; before <= 16 * 1024; before++)
        {
            // What is stripped counts for the cut, so that the secret would be seen.
            byte[] bytes = [.. Enumerable.Repeat((byte)0, before), .. Encoding.UTF8.GetBytes(Secret), .. "and more than that\n"u8];
            Assert.DoesNotContain("s3", Whole(new PrintedText(0, Secret), bytes, 4096), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Long_nonsense_is_quickly_done()
    {
        byte[] nonsense = [.. Enumerable.Range(0, 4_000_000).Select(i => (byte)(i % 2 == 0 ? 0x1b : ']'))];
        Whole(new PrintedText(0, Secret), nonsense, 32768);
        Whole(new PrintedText(0, Secret), [.. nonsense.Select((b, i) => i % 8000 == 0 ? (byte)'\n' : b)], 32768);
    }

    [Property(MaxTest = 500)]
    public Property Whoever_goes_on_at_Next_gets_the_same_text() => Prop.ForAll(
        Printed().ToArbitrary(), Gen.Choose(1, 9).ToArbitrary(), Gen.Choose(0, 400).ToArbitrary(), (bytes, size, stop) =>
        {
            var whole = Whole(new PrintedText(0, Secret), bytes, size);
            var first = new PrintedText(0, Secret);
            var text = string.Concat(bytes.Take(stop).Chunk(size).Select(c => first.Add(c)?.Text));
            return text + Whole(new PrintedText(first.Next, Secret), bytes[(int)first.Next..], 3) == whole && !whole.Contains(Secret, StringComparison.Ordinal);
        });

    private static Gen<byte[]> Printed() => Gen.OneOf(
        Gen.Elements("a", "\n", "\r", "\r\n", "\u001b[1m", "\u001b", "\0", "ä", "😀", Secret, Secret[..3], "linbo:x ", "    (12.34/100%)\r").Select(Encoding.UTF8.GetBytes),
        Gen.Choose(0, 255).Select(b => new[] { (byte)b })).ArrayOf().Select(pieces => pieces.SelectMany(p => p).ToArray());
}
