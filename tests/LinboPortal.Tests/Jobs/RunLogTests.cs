using LinboPortal.Jobs;

namespace LinboPortal.Tests.Jobs;

public sealed class RunLogTests
{
    private readonly RunLog log = new();

    private IEnumerable<string> Texts => log.Lines.Select(l => l.Text);

    [Fact]
    public void Progress_writes_over_its_line_as_on_a_terminal()
    {
        log.Add(1, 0, "begin\r\n  (12.34/100%)\r  (56.78/100%)\r  (100.00/100%)\nend\n");
        Assert.Equal(["begin", "  (100.00/100%)", "end"], Texts);
    }

    [Fact]
    public void A_line_may_come_in_pieces_and_a_piece_twice()
    {
        log.Add(1, 0, "one and ");
        log.Add(1, 8, "two");
        log.Add(1, 8, "two");
        Assert.Equal(["one and two"], Texts);
        log.Add(1, 11, "\nthree\n");
        Assert.Equal(["one and two", "three"], Texts);
    }

    [Fact]
    public void The_next_command_begins_a_line_of_its_own()
    {
        log.Add(1, 0, "half a line");
        log.Add(2, 0, "the next\n");
        Assert.Equal([(1, 1, "half a line"), (2, 2, "the next")], log.Lines.Select(l => (l.Number, l.Command, l.Text)));
    }

    [Fact]
    public void Colours_and_other_control_characters_are_not_shown()
    {
        log.Add(1, 0, "\u001b[1;31mred\u001b[0m\u0007 bell\0\n");
        Assert.Equal(["red bell"], Texts);
    }

    [Fact]
    public void Megabytes_leave_their_end()
    {
        for (var i = 0; i < 30; i++)
            log.Add(1, i + 1, string.Concat(Enumerable.Range(0, 1000).Select(n => $"line {i * 1000 + n}\n")) + new string('x', 100_000));
        Assert.True(log.IsCut);
        Assert.True(log.Lines.Count <= RunLog.Kept + 1);
        Assert.Equal("line 29999", log.Lines[^2].Text);
        Assert.All(log.Lines, l => Assert.True(l.Text.Length <= 2100));
    }
}
