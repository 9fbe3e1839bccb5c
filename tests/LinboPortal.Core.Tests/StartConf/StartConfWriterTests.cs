using LinboPortal.Core.StartConf;

namespace LinboPortal.Core.Tests.StartConf;

public sealed class StartConfWriterTests
{
    private static string Set(string text, string key, string value)
    {
        var document = StartConfReader.Read(text);
        return StartConfWriter.Set(document, document.Sections[0], key, value).ToString();
    }

    [Theory]
    [InlineData("Size = 30G   # size\n", "Size = 8G    # size\n", "8G")]
    [InlineData("Size = 30G   # size\n", "Size = 12345678G # size\n", "12345678G")]
    [InlineData("Size =       # size\n", "Size = 8G    # size\n", "8G")]
    [InlineData("Size = 30G   # size\n", "Size =       # size\n", "")]
    [InlineData("SIZE=30G\r\n", "SIZE=8G\r\n", "8G")]
    [InlineData("Size\t=\t30G\t", "Size\t=\t8G", "8G")]
    [InlineData("Size = 30G", "Size = 8G", "8G")]
    public void Setting_a_key_keeps_spelling_and_column_of_the_comment(string before, string after, string value) =>
        Assert.Equal("[Partition]\n" + after, Set("[Partition]\n" + before, "Size", value));

    [Fact]
    public void Setting_the_value_that_stands_there_changes_nothing()
    {
        var document = StartConfReader.Read("[LINBO]\nGroup =   a   # x\n");
        Assert.Same(document, StartConfWriter.Set(document, document.Sections[0], "group", "a"));
    }

    [Theory]
    [InlineData("[LINBO]\nGroup = a\n\n[OS]\n", "[LINBO]\nGroup = a\nCache = x\n\n[OS]\n")]
    [InlineData("[LINBO]\r\nGroup = a\r\n", "[LINBO]\r\nGroup = a\r\nCache = x\r\n")]
    [InlineData("[LINBO]", "[LINBO]\nCache = x\n")]
    [InlineData("[LINBO]\n# note\n[OS]\n", "[LINBO]\nCache = x\n# note\n[OS]\n")]
    public void A_missing_key_is_added_behind_the_last_of_its_section(string before, string after) =>
        Assert.Equal(after, Set(before, "Cache", "x"));

    [Fact]
    public void Removing_a_key_removes_its_repetitions_and_nothing_else()
    {
        var document = StartConfReader.Read("[LINBO]\n# a\nServer = 1 # x\nGroup = a\nserver = 2\n[OS]\nServer = 3\n");
        Assert.Equal("[LINBO]\n# a\nGroup = a\n[OS]\nServer = 3\n", StartConfWriter.Remove(document, document.Sections[0], "Server").ToString());
    }

    [Theory]
    [InlineData("# c\n[LINBO]\nGroup = a    # name\nX = y\n", "# c\n[LINBO]\nGroup = lab9 # name\nX = y\n")]
    [InlineData("[LINBO]\n", "[LINBO]\nGroup = lab9\n")]
    [InlineData("# c\n[OS]\n", "[LINBO]\nGroup = lab9\n# c\n[OS]\n")]
    [InlineData("", "[LINBO]\nGroup = lab9\n")]
    public void Renaming_the_group_touches_its_line_alone(string before, string after) =>
        Assert.Equal(after, StartConfWriter.RenameGroup(StartConfReader.Read(before), "lab9").ToString());

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("a # b")]
    public void What_cannot_stand_on_a_line_is_refused(string value) =>
        Assert.Throws<ArgumentException>(() => Set("[LINBO]\nGroup = a\n", "Group", value));

    [Fact]
    public void Every_changed_text_reads_as_it_was_changed()
    {
        var document = StartConfReader.Read(Samples.WindowsAndLinux);
        foreach (var section in document.Sections)
        {
            foreach (var key in section.Settings.Select(s => s.Line.Name))
            {
                var changed = StartConfWriter.Set(document, section, key, "new value");
                var index = document.Sections.IndexOf(section);
                Assert.Equal("new value", changed.Sections[index].Value(key));
                Assert.Equal(document.Lines.Length, changed.Lines.Length);
                Assert.Equal(1, changed.Lines.Zip(document.Lines).Count(pair => pair.First.Text != pair.Second.Text));
            }
        }
    }
}
