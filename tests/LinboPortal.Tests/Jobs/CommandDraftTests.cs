using LinboPortal.Core.Accounts;
using LinboPortal.Core.Hosts;
using LinboPortal.Jobs;

namespace LinboPortal.Tests.Jobs;

public sealed class CommandDraftTests
{
    private static readonly Person Teacher = new("m.huber", Permission.Of(Role.Teacher).ToHashSet(), new Scope.Rooms(new HashSet<Guid>()));

    [Fact]
    public void It_begins_with_what_is_wanted_most_and_wakes_who_is_off()
    {
        var draft = new CommandDraft(Room(linbo: 2, off: 1));
        Assert.Equal(("sync:1,start:1", CommandWay.Wake), (draft.Request.Commands, draft.Way));
        Assert.Equal("-w 300 -c sync:1,start:1", draft.Line);
    }

    [Fact]
    public void Who_is_in_LINBO_is_told_at_once() => Assert.Equal("-c sync:1,start:1", new CommandDraft(Room(linbo: 3, off: 0)).Line);

    [Fact]
    public void Nobody_is_woken_to_be_switched_off()
    {
        var draft = new CommandDraft(Room(linbo: 1, off: 2));
        draft.Choose(CommandChoice.Of("halt"));
        Assert.Equal("-c halt", draft.Line);
    }

    [Fact]
    public void Choices_write_the_line()
    {
        var draft = new CommandDraft(Room(linbo: 1, off: 0));
        draft.Choose(CommandChoice.Of("image"));
        draft.ChooseSystem(2);
        draft.Say("LibreOffice 25.8");
        Assert.Equal("-c create_image:2:\"LibreOffice 25.8\",upload_image:2", draft.Line);
        draft.ChooseWay(CommandWay.Boot);
        draft.Set(draft.Request with { NoGui = true, NoAuto = true });
        Assert.Equal("-d -n -p create_image:2:\"LibreOffice 25.8\",upload_image:2", draft.Line);
        draft.Choose(CommandChoice.Of("format"));
        draft.ChoosePartition(3);
        Assert.EndsWith("format:3", draft.Line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a:b")]
    [InlineData("a,b")]
    [InlineData("\"; reboot #")]
    public void A_comment_that_would_end_early_is_not_taken(string comment)
    {
        var draft = new CommandDraft(Room(linbo: 1, off: 0));
        draft.Choose(CommandChoice.Of("create_image"));
        draft.Say(comment);
        Assert.True(draft.IsCommentWrong);
        Assert.False(draft.IsReady);
        Assert.Equal("create_image:1", draft.Request.Commands);
    }

    [Theory]
    [InlineData("-c sync:2,start:2", "sync-start", 2)]
    [InlineData("-w 60", "wake", 1)]
    [InlineData("-p new:1", "new", 1)]
    [InlineData("-c create_qdiff:2:\"zwei Worte\",upload_qdiff:2", "qdiff", 2)]
    public void A_typed_line_is_shown_as_the_choice_that_it_is(string line, string choice, int system)
    {
        var draft = new CommandDraft(Room(linbo: 1, off: 0));
        draft.Type(line);
        Assert.Equal((choice, system, true), (draft.Choice?.Key, draft.System, draft.IsReady));
        Assert.Equal(line, draft.Line);
    }

    [Fact]
    public void A_line_of_its_own_is_taken_too()
    {
        var draft = new CommandDraft(Room(linbo: 1, off: 0));
        draft.Type("-w 120 -b 2 -u -c label,initcache,sync:1,halt");
        Assert.Null(draft.Choice);
        Assert.True(draft.IsReady);
        Assert.Equal((TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(2), true), (draft.Request.Wake, draft.Request.Between, draft.Request.Broadcast));
    }

    [Fact]
    public void All_that_is_wrong_is_underlined_where_it_stands()
    {
        var draft = new CommandDraft(Room(linbo: 1, off: 0));
        const string line = "-w soon -x -r r101 -c sync:1,strat:1";
        draft.Type(line);
        Assert.False(draft.IsReady);
        Assert.Equal(
            [("Line.BadSeconds", "soon"), ("Line.UnknownOption", "-x"), ("Line.Target", "-r"), ("Error.UnknownCommand", "strat")],
            draft.Problems.Select(p => (p.Key, line.Substring(p.Start, p.Length))));
    }

    [Fact]
    public void A_teacher_is_offered_nothing_that_may_not_be_done()
    {
        var choices = CommandChoice.For(Teacher, 28);
        Assert.Equal(["sync-start", "sync", "start", "wake", "reboot", "halt"], choices.Select(c => c.Key));
        Assert.DoesNotContain(CommandChoice.For(Person.Portal, 28), c => c.IsForOnePc);
        Assert.Contains(CommandChoice.For(Person.Portal, 1), c => c.Key == "image");
    }

    private static CommandTarget Room(int linbo, int off) => new(
        "room:r101", Host.DefaultSchool, [.. Enumerable.Range(1, linbo + off).Select(n => new TargetHost($"r101-pc{n}", n <= linbo ? HostState.Linbo : HostState.Off))])
    {
        Systems = [new TargetPart(1, "Windows 11", linbo + off), new TargetPart(2, "Ubuntu", linbo + off)],
    };
}
