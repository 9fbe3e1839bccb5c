using LinboPortal.Groups;

namespace LinboPortal.Tests.Groups;

public sealed class StartConfDraftTests
{
    private const string Saved = "[LINBO]\nGroup = lab\n";
    private readonly StartConfDraft draft = new();

    public StartConfDraftTests() => draft.Start(Group(Saved, 1));

    [Fact]
    public void What_is_typed_is_checked_and_can_be_saved()
    {
        draft.Write("[LINBO]\nGroup\n");
        Assert.True(draft.IsChanged);
        Assert.Equal(1, draft.Errors);
        draft.Write(Saved);
        Assert.False(draft.IsChanged);
    }

    [Fact]
    public void Line_ends_alone_are_no_change()
    {
        draft.Start(Group("[LINBO]\r\nGroup = lab\r\n", 2));
        draft.Write(Saved);
        Assert.False(draft.IsChanged);
    }

    [Fact]
    public void A_save_of_somebody_else_is_taken_where_nothing_was_typed()
    {
        draft.Meet(Group(Saved + "# theirs\n", 2));
        Assert.Equal((Saved + "# theirs\n", 2, null), (draft.Text, draft.BaseRevision, draft.Conflict));
    }

    [Fact]
    public void A_save_of_somebody_else_loses_nothing_that_was_typed()
    {
        draft.Write(Saved + "# mine\n");
        draft.Meet(Group(Saved + "# theirs\n", 2));
        Assert.Equal((Saved + "# mine\n", 1, 2), (draft.Text, draft.BaseRevision, draft.Conflict?.CurrentRevision));

        draft.KeepMine();

        Assert.Equal((Saved + "# mine\n", 2, true, null), (draft.Text, draft.BaseRevision, draft.IsChanged, draft.Conflict));
    }

    [Fact]
    public void The_text_of_somebody_else_can_be_taken_instead()
    {
        draft.Write(Saved + "# mine\n");
        draft.Refuse(new GroupOutcome.Conflict(Saved + "# theirs\n", 5, "kim"));
        draft.TakeTheirs();
        Assert.Equal((Saved + "# theirs\n", 5, false), (draft.Text, draft.BaseRevision, draft.IsChanged));
    }

    private static GroupDetail Group(string text, int revision) => new(Guid.Empty, "default-school", "lab", text, revision, null, "kim", 0);
}
