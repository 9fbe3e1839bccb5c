using LinboPortal.Core.Remote;
using static LinboPortal.Core.Remote.CommandErrorCode;

namespace LinboPortal.Core.Tests.Remote;

public sealed class OnBootFileTests
{
    private static OnBootFile Make(string? commands, bool noAuto = false, bool noGui = false)
    {
        Assert.True(OnBootFile.TryCreate(commands is null ? null : CommandLine.Parse(commands), noAuto, noGui, out var file, out var errors));
        Assert.Empty(errors);
        return file;
    }

    [Theory]
    [InlineData("sync:1,start:1", false, false, "sync:1,start:1")]
    [InlineData("sync:1", true, false, "sync:1,noauto")]
    [InlineData("sync:1", true, true, "sync:1,noauto,disablegui")]
    [InlineData(null, true, false, "noauto")]
    [InlineData(null, false, true, "disablegui")]
    [InlineData(null, true, true, "noauto,disablegui")]
    [InlineData("create_image:1:\"a 'quoted' $(comment)\"", false, false, "create_image:1:a 'quoted' $(comment)")]
    [InlineData("upload_image:1", false, false, "linbo:geheim,upload_image:1")]
    [InlineData("create_qdiff:2:\"x\",upload_qdiff:2,halt", true, false, "linbo:geheim,create_qdiff:2:x,upload_qdiff:2,halt,noauto")]
    public void It_is_one_line_as_LINBO_splits_it(string? commands, bool noAuto, bool noGui, string line) =>
        Assert.Equal(line, Make(commands, noAuto, noGui).Write("geheim"));

    [Theory]
    [InlineData("create_image:1:\"a, b\"", 18, CommaInBootComment, ",")]
    [InlineData("create_qdiff:1:\"a\\\\b\"", 18, BackslashInBootComment, "\\")]
    [InlineData("create_image:1:\"the noauto way\"", 21, OptionInBootComment, "noauto")]
    [InlineData("halt,create_image:1:\"disablegui\"", 22, OptionInBootComment, "disablegui")]
    public void A_comment_that_LINBO_would_tear_is_refused(string commands, int position, CommandErrorCode code, string what)
    {
        Assert.False(OnBootFile.TryCreate(CommandLine.Parse(commands), false, false, out var file, out var errors));
        Assert.Null(file);
        Assert.Equal([new CommandError(position, code, what)], errors);
    }

    [Fact]
    public void A_file_without_anything_is_refused()
    {
        Assert.False(OnBootFile.TryCreate(null, false, false, out _, out var errors));
        Assert.Equal(NoCommand, Assert.Single(errors).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a,b")]
    [InlineData("a b")]
    [InlineData("a\\b")]
    [InlineData("a\nreboot")]
    public void A_password_that_LINBO_cannot_read_there_is_not_written(string password)
    {
        Assert.Throws<ArgumentException>(() => Make("upload_image:1").Write(password));
        Assert.Equal("sync:1", Make("sync:1").Write(password));
    }
}
