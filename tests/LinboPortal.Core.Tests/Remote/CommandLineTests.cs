using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using LinboPortal.Core.Remote;
using static LinboPortal.Core.Remote.CommandErrorCode;

namespace LinboPortal.Core.Tests.Remote;

public sealed class CommandLineTests
{
    private static (int Position, CommandErrorCode Code, string Text)[] ErrorsOf(string? text)
    {
        Assert.False(CommandLine.TryParse(text, out var line, out var errors));
        Assert.Null(line);
        return [.. errors.Select(e => (e.Position, e.Code, e.Text))];
    }

    [Theory]
    [InlineData("partition")]
    [InlineData("label")]
    [InlineData("format")]
    [InlineData("format:1")]
    [InlineData("format:99")]
    [InlineData("initcache")]
    [InlineData("initcache:rsync")]
    [InlineData("initcache:multicast")]
    [InlineData("initcache:torrent")]
    [InlineData("sync:1")]
    [InlineData("new:2")]
    [InlineData("start:10")]
    [InlineData("postsync:1")]
    [InlineData("prestart:3")]
    [InlineData("create_image:1")]
    [InlineData("create_image:1:\"Firefox, and more\"")]
    [InlineData("create_qdiff:12")]
    [InlineData("create_qdiff:12:\"mit Umläuten\"")]
    [InlineData("upload_image:1")]
    [InlineData("upload_qdiff:1")]
    [InlineData("update")]
    [InlineData("reboot")]
    [InlineData("halt")]
    [InlineData("partition,label,format,initcache,sync:1,start:1")]
    [InlineData("create_image:1:\"a\",upload_image:1,create_qdiff:1:\"b,c\",upload_qdiff:1,halt")]
    public void A_line_is_written_as_it_was_read(string text) => Assert.Equal(text, CommandLine.Parse(text).ToString());

    [Theory]
    [InlineData("poweroff", "halt")]
    [InlineData(" sync:1 , start:1 ", "sync:1,start:1")]
    [InlineData("sync: 1,\tstart :1", "sync:1,start:1")]
    [InlineData("create_image:1:no quotes", "create_image:1:\"no quotes\"")]
    [InlineData("create_image:1:no quotes ,halt", "create_image:1:\"no quotes\",halt")]
    [InlineData("create_image:1:\"\"", "create_image:1")]
    [InlineData("create_image:1:", "create_image:1")]
    [InlineData("create_image:1: \"a\" ,halt", "create_image:1:\"a\",halt")]
    [InlineData("create_image:1:say \"hi\"", "create_image:1:\"say \\\"hi\\\"\"")]
    [InlineData("create_image:1:\" blank \"", "create_image:1:\" blank \"")]
    public void What_people_write_besides_is_read_too(string text, string written) =>
        Assert.Equal(written, CommandLine.Parse(text).ToString());

    [Theory]
    [InlineData(null, 1, NoCommand, "")]
    [InlineData("", 1, NoCommand, "")]
    [InlineData("  ", 1, NoCommand, "")]
    [InlineData("sync:1,", 8, EmptyCommand, "")]
    [InlineData(",sync:1", 1, EmptyCommand, "")]
    [InlineData("sync:1,,halt", 8, EmptyCommand, "")]
    [InlineData("sync:1, ,halt", 9, EmptyCommand, "")]
    [InlineData("Sync:1", 1, UnknownCommand, "Sync")]
    [InlineData("synch:1", 1, UnknownCommand, "synch")]
    [InlineData("sync 1", 1, UnknownCommand, "sync 1")]
    [InlineData(":1", 1, UnknownCommand, ":1")]
    [InlineData("rm -rf /", 1, UnknownCommand, "rm -rf /")]
    [InlineData("linbo:geheim", 1, PasswordInLine, "linbo")]
    [InlineData("linbo:geheim:x:\"y", 1, PasswordInLine, "linbo")]
    [InlineData("linbo", 1, PasswordInLine, "linbo")]
    [InlineData("sync:1,noauto", 8, BootOptionInLine, "noauto")]
    [InlineData("disablegui", 1, BootOptionInLine, "disablegui")]
    [InlineData("gui_ctl_disable", 1, GuiControlInLine, "gui_ctl_disable")]
    [InlineData("sync", 5, NumberMissing, "sync")]
    [InlineData("halt,sync:", 11, NumberMissing, "sync")]
    [InlineData("upload_image", 13, NumberMissing, "upload_image")]
    [InlineData("create_image", 13, NumberMissing, "create_image")]
    [InlineData("sync:0", 6, BadNumber, "0")]
    [InlineData("sync:100", 6, BadNumber, "100")]
    [InlineData("sync:-1", 6, BadNumber, "-1")]
    [InlineData("sync:01", 6, BadNumber, "01")]
    [InlineData("sync:1;reboot", 6, BadNumber, "1;reboot")]
    [InlineData("sync:$(reboot)", 6, BadNumber, "$(reboot)")]
    [InlineData("sync:`reboot`", 6, BadNumber, "`reboot`")]
    [InlineData("sync:'1'", 6, BadNumber, "'1'")]
    [InlineData("sync:١", 6, BadNumber, "١")]
    [InlineData("start:all", 7, BadNumber, "all")]
    [InlineData("format:x", 8, BadNumber, "x")]
    [InlineData("format:", 8, NumberMissing, "format")]
    [InlineData("sync:1:2", 8, Superfluous, "2")]
    [InlineData("reboot:1", 8, Superfluous, "1")]
    [InlineData("partition:", 11, Superfluous, "")]
    [InlineData("upload_image:1:\"no\"", 16, Superfluous, "no")]
    [InlineData("initcache:ftp", 11, BadTransfer, "ftp")]
    [InlineData("initcache:", 11, BadTransfer, "")]
    [InlineData("initcache:rsync:1", 17, Superfluous, "1")]
    [InlineData("create_image:1:\"open", 16, QuoteNotClosed, "\"open")]
    [InlineData("create_image:1:\"open\\\"", 16, QuoteNotClosed, "\"open\\\"")]
    [InlineData("create_image:1:\"a\"b", 19, TextAfterQuote, "b")]
    [InlineData("create_image:1:\"at 10:30\"", 22, ColonInComment, "at 10:30")]
    [InlineData("create_image:1:at 10:30", 21, ColonInComment, "at 10:30")]
    [InlineData("sync:1\nhalt", 7, ControlCharacter, "U+000A")]
    [InlineData("create_image:1:\"a\nb\"", 18, ControlCharacter, "U+000A")]
    [InlineData("create_image:1:\"a\rb\"", 18, ControlCharacter, "U+000D")]
    [InlineData("create_image:1:\"a\0b\"", 18, ControlCharacter, "U+0000")]
    [InlineData("create_image:1:\"a\u001b[2Jb\"", 18, ControlCharacter, "U+001B")]
    [InlineData("create_image:1:\"a\u0085b\"", 18, ControlCharacter, "U+0085")]
    [InlineData("create_image:1:\"a\u2028b\"", 18, ControlCharacter, "U+2028")]
    [InlineData("create_image:1:\"a\u202eb\"", 18, ControlCharacter, "U+202E")]
    public void What_is_wrong_is_named_with_its_place(string? text, int position, CommandErrorCode code, string what) =>
        Assert.Equal([(position, code, what)], ErrorsOf(text));

    [Theory]
    [InlineData("create_image:1:image_name:noble", "create_image:1:image_name:noble")]
    [InlineData("create_image:1:image_name:noble.qcow2", "create_image:1:image_name:noble")]
    [InlineData("create_image:1:\"new, and drivers\":image_name:noble", "create_image:1:\"new, and drivers\":image_name:noble")]
    [InlineData("create_image:1:new:image_name:noble", "create_image:1:\"new\":image_name:noble")]
    [InlineData("create_image:1,image_name:noble", "create_image:1:image_name:noble")]
    [InlineData("image_name:noble,create_image:1,upload_image:1", "create_image:1:image_name:noble,upload_image:1:image_name:noble")]
    [InlineData("create_image:1:image_name:noble,upload_image:1", "create_image:1:image_name:noble,upload_image:1:image_name:noble")]
    [InlineData("create_image:1:image_name:noble,upload_image:2", "create_image:1:image_name:noble,upload_image:2")]
    [InlineData("upload_image:1:image_name:noble", "upload_image:1:image_name:noble")]
    public void A_new_image_may_have_a_name_of_its_own(string text, string written)
    {
        var line = CommandLine.Parse(text);
        Assert.Equal(written, line.ToString());
        Assert.Equal(line.Commands, CommandLine.Parse(written).Commands);
        if (line.Commands[0] is LinboCommand.CreateImage { Comment: { } comment } create)
            Assert.Equal(["linbo_wrapper", $"create_image:1:{comment}:image_name:noble"], create.Call);
    }

    [Theory]
    [InlineData("create_image:1:image_name:", 27, BadImageName, "")]
    [InlineData("create_image:1:image_name:../x", 27, BadImageName, "../x")]
    [InlineData("create_image:1:\"a\":image_name:a b", 31, BadImageName, "a b")]
    [InlineData("image_name:noble,sync:1", 12, ImageNameAlone, "noble")]
    [InlineData("image_name:a,image_name:b,create_image:1", 14, Superfluous, "image_name")]
    [InlineData("create_qdiff:1:image_name:noble", 27, Superfluous, "image_name")]
    [InlineData("sync:1:image_name:noble", 8, Superfluous, "image_name")]
    public void A_name_that_is_none_or_belongs_to_nothing_is_named(string text, int position, CommandErrorCode code, string what) =>
        Assert.Equal([(position, code, what)], ErrorsOf(text));

    [Fact]
    public void A_name_of_its_own_cannot_be_left_for_the_next_boot()
    {
        var line = CommandLine.Parse("sync:1,create_image:1:image_name:noble");
        Assert.False(OnBootFile.TryCreate(line, noAuto: false, noGui: false, out _, out var errors));
        Assert.Equal([(8, ImageNameAtBoot, "create_image:1:image_name:noble")], errors.Select(e => (e.Position, e.Code, e.Text)));
    }

    [Fact]
    public void Half_a_character_is_refused() => Assert.Equal([(17, ControlCharacter, "U+D83D")], ErrorsOf("create_image:1:\"\ud83d\""));

    [Fact]
    public void All_that_is_wrong_is_told_at_once() => Assert.Equal(
        [
            (6, BadNumber, "x"), (9, UnknownCommand, "foo"), (13, PasswordInLine, "linbo"), (22, EmptyCommand, ""), (36, BadNumber, "0"), (39, ColonInComment, "b:c"),
            (47, NumberMissing, "start"),
        ],
        ErrorsOf("sync:x, foo,linbo:pw,,create_image:0:b:c,start"));

    [Fact]
    public void Lines_comments_and_their_number_have_limits()
    {
        Assert.Equal([(16, CommentTooLong, "201")], ErrorsOf($"create_image:1:\"{new string('x', 201)}\""));
        Assert.Equal(200, ((LinboCommand.CreateImage)CommandLine.Parse($"create_image:1:\"{new string('x', 200)}\"").Commands[0]).Comment!.Length);
        Assert.Equal([(2001, LineTooLong, "2001")], ErrorsOf(new string('x', 2001)));
        Assert.Equal(20, CommandLine.Parse(string.Join(',', Enumerable.Repeat("halt", 20))).Commands.Length);
        Assert.Equal([(101, TooManyCommands, "21")], ErrorsOf(string.Join(',', Enumerable.Repeat("halt", 21))));
        Assert.All(ErrorsOf(new string(',', 1999)), e => Assert.True(e.Position <= 2000));
    }

    [Theory]
    [InlineData("; reboot #")]
    [InlineData("$(reboot)")]
    [InlineData("`reboot`")]
    [InlineData("a\" ; reboot ; \"")]
    [InlineData("a' ; reboot ; '")]
    [InlineData("back\\slash \\\" \\\\")]
    [InlineData("${IFS} $HOME * ? [a] ~ ! & | < > #")]
    [InlineData("-n -e \\n \\x41 %s %n")]
    [InlineData("Ümläut 日本 😀")]
    public void A_comment_is_kept_to_the_letter(string comment)
    {
        var line = CommandLine.Parse(new LinboCommand.CreateImage(1, comment).ToString());
        Assert.Equal(new LinboCommand.CreateImage(1, comment), Assert.Single(line.Commands));
        Assert.Equal(["linbo_wrapper", $"create_image:1:{comment}"], line.Commands[0].Call);
    }

    [Property(MaxTest = 400)]
    public Property Whatever_commands_are_written_are_read_again() => Prop.ForAll(Commands().ToArbitrary(), commands =>
    {
        var text = string.Join(',', commands);
        var line = CommandLine.Parse(text);
        return line.Commands.SequenceEqual(commands) && line.ToString() == text;
    });

    [Property(MaxTest = 2000)]
    public Property Any_text_is_read_or_refused_at_places_within_it() => Prop.ForAll(AnyText().ToArbitrary(), text =>
        CommandLine.TryParse(text, out var line, out var errors)
            ? errors.Count == 0 && CommandLine.Parse(line.ToString()).Commands.SequenceEqual(line.Commands)
            : errors.Count > 0 && errors.All(e => e.Position >= 1 && e.Position <= text.Length + 1));

    [Theory]
    [InlineData("partition", true, false, false, false)]
    [InlineData("format", true, false, false, false)]
    [InlineData("new:1", true, false, false, true)]
    [InlineData("create_image:1", true, false, false, false)]
    [InlineData("upload_image:1", true, false, true, true)]
    [InlineData("upload_qdiff:1", true, false, true, true)]
    [InlineData("sync:1", false, false, false, true)]
    [InlineData("start:1", false, true, false, false)]
    [InlineData("halt", false, true, false, false)]
    public void Commands_know_what_they_do(string text, bool dangerous, bool leaves, bool upload, bool images)
    {
        var command = CommandLine.Parse(text).Commands[0];
        Assert.Equal((dangerous, leaves, upload, images), (command.IsDangerous, command.LeavesLinbo, command.IsUpload, command.MovesImages));
    }

    [Theory]
    [InlineData("prestart:2", "linbo_prestart 2")]
    [InlineData("postsync:1", "linbo_postsync 1")]
    [InlineData("update", "linbo_update force")]
    [InlineData("sync:1", "linbo_wrapper sync:1")]
    public void What_the_wrapper_fails_at_or_leaves_out_goes_past_it(string command, string call) =>
        Assert.Equal(call, string.Join(' ', CommandLine.Parse(command).Commands[0].Call));

    private static Gen<LinboCommand[]> Commands()
    {
        var number = Gen.Choose(1, CommandLine.MaxNumber);
        var letters = Gen.Elements("abcXYZ 019,;$`'\"\\()&|<>*?[]{}#~!%äß日.-_=/@^+".ToCharArray());
        // Without a blank at the end, and not empty: such a comment is none.
        var comment = Gen.OneOf(Gen.Constant((string?)null), letters.ArrayOf().Where(c => c.Length is > 0 and < 60).Select(c => (string?)new string(c)));
        var command = Gen.OneOf(
            Gen.Elements<LinboCommand>(
                new LinboCommand.Partition(), new LinboCommand.Label(), new LinboCommand.Format(null), new LinboCommand.InitCache(null), new LinboCommand.InitCache("torrent"),
                new LinboCommand.Update(), new LinboCommand.Reboot(), new LinboCommand.Halt()),
            number.Select(n => (LinboCommand)new LinboCommand.Format(n)), number.Select(n => (LinboCommand)new LinboCommand.Sync(n)),
            number.Select(n => (LinboCommand)new LinboCommand.New(n)), number.Select(n => (LinboCommand)new LinboCommand.Start(n)),
            number.Select(n => (LinboCommand)new LinboCommand.PostSync(n)), number.Select(n => (LinboCommand)new LinboCommand.PreStart(n)),
            number.Select(n => (LinboCommand)new LinboCommand.UploadImage(n)), number.Select(n => (LinboCommand)new LinboCommand.UploadQdiff(n)),
            number.SelectMany(n => comment.Select(c => (LinboCommand)new LinboCommand.CreateImage(n, c))),
            number.SelectMany(n => comment.Select(c => (LinboCommand)new LinboCommand.CreateQdiff(n, c))));
        return command.ArrayOf().Where(c => c.Length is > 0 and <= CommandLine.MaxCommands && string.Join(',', c.AsEnumerable()).Length <= CommandLine.MaxLength);
    }

    private static Gen<string> AnyText() => Gen.Elements(
        "sync", "start", "create_image", "image_name", "upload_image", "linbo", "format", "halt", "initcache", "rsync", ":", ":", ",", ",", "\"", "\\", "1", "99", "0", " ", "\n", "\0", "x", "ä", "\ud83d", "\ude00", "$(", "`", ";", "'")
        .ArrayOf().Select(string.Concat);
}
