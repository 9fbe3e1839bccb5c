using System.Collections.Immutable;
using LinboPortal.Core.StartConf;

namespace LinboPortal.Groups;

/// <summary>What a person is writing: the text, where it started from, what is wrong with it. Nothing typed is lost by a conflict.</summary>
internal sealed class StartConfDraft
{
    private string group = "";

    /// <summary>The text that was saved as <see cref="BaseRevision"/>.</summary>
    public string BaseText { get; private set; } = "";

    /// <summary>The revision that the person started from.</summary>
    public int BaseRevision { get; private set; }

    /// <summary>The text as it is now.</summary>
    public string Text { get; private set; } = "";

    /// <summary>The text, read.</summary>
    public StartConfDocument Document { get; private set; } = StartConfReader.Read("");

    /// <summary>What is wrong with it.</summary>
    public ImmutableArray<StartConfProblem> Problems { get; private set; } = [];

    /// <summary>What somebody else saved meanwhile.</summary>
    public GroupOutcome.Conflict? Conflict { get; private set; }

    /// <summary>True where there is something to save. The editor writes plain line ends: that alone is no change.</summary>
    public bool IsChanged => Plain(Text) != Plain(BaseText);

    /// <summary>The problems that refuse a save.</summary>
    public int Errors => Problems.Count(p => p.Severity == ProblemSeverity.Error);

    /// <summary>Starts from what is saved.</summary>
    public void Start(GroupDetail saved)
    {
        group = saved.Name;
        BaseText = saved.StartConf ?? "";
        BaseRevision = saved.Revision;
        Conflict = null;
        Write(BaseText);
    }

    /// <summary>Takes in what is saved now: as a new start where nothing was typed, else as a conflict.</summary>
    public void Meet(GroupDetail saved)
    {
        if (saved.Revision == BaseRevision && saved.Name == group)
            return;
        if (!IsChanged || Plain(Text) == Plain(saved.StartConf ?? ""))
            Start(saved);
        else
            Conflict = new GroupOutcome.Conflict(saved.StartConf ?? "", saved.Revision, saved.SavedBy);
    }

    /// <summary>The person typed.</summary>
    public void Write(string text)
    {
        Text = text;
        Document = StartConfReader.Read(text);
        Problems = StartConfRules.Check(Document, group);
    }

    /// <summary>Saving met somebody else's text.</summary>
    public void Refuse(GroupOutcome.Conflict conflict) => Conflict = conflict;

    /// <summary>The own text shall follow on the other one: it is compared with that from now on, and can be saved.</summary>
    public void KeepMine()
    {
        if (Conflict is null)
            return;
        BaseText = Conflict.CurrentText;
        BaseRevision = Conflict.CurrentRevision;
        Conflict = null;
    }

    /// <summary>The other text is taken.</summary>
    public void TakeTheirs()
    {
        if (Conflict is not { } theirs)
            return;
        KeepMine();
        Write(theirs.CurrentText);
    }

    private static string Plain(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
}
