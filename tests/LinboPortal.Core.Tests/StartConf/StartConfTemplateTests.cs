using LinboPortal.Core.StartConf;

namespace LinboPortal.Core.Tests.StartConf;

public sealed class StartConfTemplateTests
{
    [Theory]
    [InlineData(true, true, true, 5)]
    [InlineData(true, true, false, 4)]
    [InlineData(true, false, true, 3)]
    [InlineData(false, true, true, 3)]
    [InlineData(false, true, false, 2)]
    [InlineData(false, false, true, 2)]
    public void A_template_is_free_of_problems(bool uefi, bool windows, bool linux, int partitions)
    {
        var text = new StartConfTemplate(uefi, windows, linux).Render("lab1");
        var document = StartConfReader.Read(text);
        Assert.Empty(StartConfRules.Check(document, "lab1"));
        Assert.Equal(partitions, document.Partitions.Length);
        Assert.DoesNotContain(" \n", text, StringComparison.Ordinal);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_systems_there_is_LINBO_alone_and_no_error() =>
        Assert.All(StartConfRules.Check(StartConfReader.Read(new StartConfTemplate(true, false, false).Render("lab1")), "lab1"),
            p => Assert.Equal(ProblemSeverity.Warning, p.Severity));

    [Theory]
    [InlineData("250M", 250L * 1024 * 1024)]
    [InlineData("60G", 60L * 1024 * 1024 * 1024)]
    [InlineData("1 TiB", 1L << 40)]
    [InlineData("2048", 2048L * 1024)]
    [InlineData("", null)]
    [InlineData("many", null)]
    [InlineData("9999999999999T", null)]
    public void Sizes_are_read(string text, long? bytes) => Assert.Equal(bytes, PartitionSize.ToBytes(text));
}
